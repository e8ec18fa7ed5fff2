package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.Compression.Mode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkProbeTest {

    private static final DonorAddress FAR = new DonorAddress("donor.invalid", 3306);

    private static Mode decide(DonorAddress donor, Mode mode) throws Exception {
        CloneRequest request = CloneRequest.builder()
                .donor(donor)
                .login(LoginSettings.of("clone_user", Password.empty()))
                .target(it -> it.withDirectory(Path.of("target")))
                .transfer(it -> it.withCompression(Compression.OFF.withMode(mode)))
                .build();
        return new NetworkProbe(request, new ErrorTranslator(donor), event -> {}).decide();
    }

    @ParameterizedTest
    @CsvSource({"ON", "OFF"})
    void measuresNothingIfTheUserHasDecided(Mode mode) throws Exception {
        assertThat(decide(FAR, mode)).isEqualTo(mode);
    }

    @Test
    void neverCompressesOverAUnixSocket() throws Exception {
        assertThat(decide(DonorAddress.ofSocket(Path.of("/nowhere/mysqld.sock")), Mode.AUTO))
                .isEqualTo(Mode.OFF);
    }
}
