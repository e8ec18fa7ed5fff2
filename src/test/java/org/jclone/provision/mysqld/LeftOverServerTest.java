package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is a shell whose command line has a socket, as that of a {@code mysqld} has. */
class LeftOverServerTest {

    private static final Duration STALL = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private PrivateFolder folder;
    private Process process;

    @BeforeEach
    void createFolder() throws Exception {
        folder = PrivateFolder.choose(directory);
        folder.create(Optional.empty());
    }

    @AfterEach
    void endProcess() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void run(Path socket) throws Exception {
        process = new ProcessBuilder("sh", "-c", "read line", "mysqld", "--socket=" + socket).start();
    }

    @Test
    void stopsTheServerOnTheSocketAndRemovesTheFolder() throws Exception {
        run(folder.socket());
        assertThat(new LeftOverServer(folder, System::nanoTime).stop(STALL)).isTrue();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void leavesAServerOnAnotherSocketAlone() throws Exception {
        run(Path.of(folder.socket() + "2"));
        assertThat(new LeftOverServer(folder, System::nanoTime).stop(STALL)).isFalse();
        assertThat(process.isAlive()).isTrue();
        assertThat(folder.path()).doesNotExist();
    }
}
