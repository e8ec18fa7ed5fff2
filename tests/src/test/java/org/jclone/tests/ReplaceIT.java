package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** A clone takes the place of older data, which survives every failure before that. */
@RealServer
class ReplaceIT {

    private static final String[] COMPARED = {"--no-gtid", "--without", "churn", "--relocated"};

    private final Servers servers;

    ReplaceIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void replacesWhatAServerLeftAndKeepsIt() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Path directory = servers.newPath("c");
        Clones.run(Clones.request(servers.plainDonor(), directory));
        try (MySqlServer server = servers.create("--data", directory.toString(), "--gtid")) {
            server.sql("CREATE DATABASE only_old; CREATE TABLE only_old.t (a INT PRIMARY KEY)");
            assertThatExceptionOfType(CloneException.class)
                    .as("while the server runs")
                    .isThrownBy(
                            () -> Clones.run(Clones.request(donor, directory).replacement(Replacement.SWAP_KEEP_OLD)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
            server.stop();

            CloneResult result = Clones.run(Clones.request(donor, directory).replacement(Replacement.SWAP_KEEP_OLD));
            assertThat(result.directory()).isEqualTo(directory);
            assertThat(new DirectoryCheck(directory, 2).run().manifest()).isEqualTo(DirectoryCheck.Comparison.COMPARED);
            server.start();
            assertThat(server.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
            server.stop();
        }
        Path moved = servers.newPath("old"); // a server does not scan hidden directories, not even its own
        Files.move(directory.resolve(".jclone-old"), moved);
        try (MySqlServer old = servers.create("--data", moved.toString(), "--gtid")) {
            assertThat(old.sql("SHOW TABLES IN only_old")).as("kept whole").isEqualTo("t");
        }
    }

    @Test
    void theOldDataSurvivesACloneThatFails() throws Exception {
        Path directory = servers.newPath("c");
        MySqlServer donor = servers.plainDonor();
        Clones.run(Clones.request(donor, directory));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(
                        Clones.request(donor, directory).user("nobody").replacement(Replacement.SWAP)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.ACCESS_DENIED));
        assertThat(new DirectoryCheck(directory, 2).run().damageCount()).isZero();

        Clones.run(Clones.request(donor, directory).replacement(Replacement.DROP_FIRST));
        assertThat(new DirectoryCheck(directory, 2).run().damageCount()).isZero();
    }

    @Test
    void replacesInAMountPoint() throws Exception {
        Path mountPoint = servers.newPath("m");
        try (SmallFileSystem small = SmallFileSystem.mount(mountPoint, 600).orElse(null)) {
            Requirement.require(small != null, "mounting needs root");
            MySqlServer donor = servers.plainDonor();
            Clones.run(Clones.request(donor, mountPoint));
            Files.writeString(mountPoint.resolve("old"), "old");
            Clones.run(Clones.request(donor, mountPoint).replacement(Replacement.SWAP));
            assertThat(mountPoint.resolve("old")).doesNotExist();
            assertThat(mountPoint.resolve(".jclone-old")).doesNotExist();
            assertThat(new DirectoryCheck(mountPoint, 2).run().damageCount()).isZero();
        }
    }
}
