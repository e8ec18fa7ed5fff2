package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of jclone's own donor, which answers only the statements that it knows. */
class DonorCheckTest {

    private static final MadeData DATA = MadeData.builder(5)
            .systemTablespace(64 << 10)
            .rawName("/srv/ext/far.ibd", 1 << 20)
            .build();

    @TempDir
    private Path folder;

    @Test
    void everythingIsAnswered() throws IOException {
        try (DonorServer donor = DonorServer.start(
                DonorConfig.builder(DATA).account(CloneRig.ACCOUNT).build())) {
            CheckReport report = new DonorCheck(request(donor.port())).run();

            assertThat(report.exitStatus()).as("%s", report.findings()).isZero();
            assertThat(report.findings())
                    .filteredOn(finding -> finding.item() != CheckItem.COMPATIBILITY)
                    .noneMatch(finding -> finding.text().contains("error"));
            assertThat(report.findings())
                    .filteredOn(finding -> finding.item() == CheckItem.SPACE)
                    .extracting(Finding::state)
                    .containsExactly(Finding.State.OK);
            assertThat(report.findings())
                    .extracting(Finding::why)
                    .anyMatch(why -> why.contains("accounts by authentication plugin (the donor says error 1235"));
        }
    }

    private CloneRequest request(int port) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", port))
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .target(it -> it.withDirectory(folder.resolve("target"))
                        .withPathMapping("/srv/ext", folder.resolve("ext"))
                        .withServer(TargetServer.known(Optional.of("10.7.0-lts"), Optional.empty(), Optional.empty())
                                .withUpgrade(true)))
                .build();
    }
}
