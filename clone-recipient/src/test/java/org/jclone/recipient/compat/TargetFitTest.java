package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFitTest {

    @TempDir
    private Path folder;

    @Test
    void refusesOneFileForSettingsAndPersistedVariables() throws IOException {
        Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        Path file = folder.resolve("real/my.cnf");
        for (Path same : new Path[] {file, folder.resolve("real/../real/my.cnf"), link.resolve("my.cnf")}) {
            CloneException failure =
                    catchThrowableOfType(CloneException.class, () -> TargetFit.prepare(request(file, same)));
            assertThat(failure.code()).isEqualTo(CloneErrorCode.USAGE);
            assertThat(failure).hasMessageContaining("is the file of --config-file, too");
        }
        assertThatCode(() -> TargetFit.prepare(request(file, folder.resolve("real/other.cnf"))))
                .doesNotThrowAnyException();
    }

    private CloneRequest request(Path settings, Path persisted) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", 3306))
                .login(LoginSettings.of("u", Password.empty()))
                .target(it -> it.withDirectory(folder.resolve("data"))
                        .withServer(
                                TargetServer.UNKNOWN.forClone(false, Optional.of(settings), Optional.of(persisted))))
                .build();
    }
}
