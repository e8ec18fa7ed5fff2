package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.disk.KillPoint;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A clone replaces older data, which survives every failure before the exchange. */
@RealServer
class ReplaceIT {

    private static final String[] COMPARED = {"--no-gtid", "--without", "churn", "--relocated"};

    /** Nothing listens there. */
    private static final String NOWHERE = "127.0.0.1:1";

    private final Servers servers;

    ReplaceIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void replacesTheDataOfAServerAndKeepsIt() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Path directory = servers.newPath("c");
        Clones.run(Clones.request(servers.plainDonor(), directory));
        try (MySqlServer server = servers.create("--data", directory.toString(), "--gtid")) {
            server.sql("CREATE DATABASE only_old; CREATE TABLE only_old.t (a INT PRIMARY KEY)");
            assertThatExceptionOfType(CloneException.class)
                    .as("while the server runs")
                    .isThrownBy(() -> Clones.run(Clones.request(donor, directory)
                            .target(it -> it.withReplacement(Replacement.SWAP_KEEP_OLD))))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
            server.stop();

            CloneResult result = Clones.run(
                    Clones.request(donor, directory).target(it -> it.withReplacement(Replacement.SWAP_KEEP_OLD)));
            assertThat(result.directory()).isEqualTo(directory);
            assertThat(new DirectoryCheck(directory, 2).run().manifest())
                    .isEqualTo(VerificationReport.Comparison.COMPARED);
            server.start();
            assertThat(server.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
            server.stop();
        }
        Path moved = servers.newPath("old"); // a server does not scan hidden directories, not even its own
        Files.move(directory.resolve(".jclone-old"), moved);
        try (MySqlServer old = servers.create("--data", moved.toString(), "--gtid")) {
            assertThat(old.sql("SHOW TABLES IN only_old")).as("kept completely").isEqualTo("t");
        }
    }

    @Test
    void keepsTheOldDataIfTheCloneFails() throws Exception {
        Path directory = servers.newPath("c");
        MySqlServer donor = servers.plainDonor();
        Clones.run(Clones.request(donor, directory));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(Clones.request(donor, directory)
                        .login(it -> it.withUser("nobody"))
                        .target(it -> it.withReplacement(Replacement.SWAP))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.ACCESS_DENIED));
        assertThat(new DirectoryCheck(directory, 2).run().damageCount()).isZero();

        Clones.run(Clones.request(donor, directory).target(it -> it.withReplacement(Replacement.DROP_FIRST)));
        assertThat(new DirectoryCheck(directory, 2).run().damageCount()).isZero();
    }

    @Test
    void replacesTheContentOfAMountPoint() throws Exception {
        Path mountPoint = servers.newPath("m");
        try (SmallFileSystem small = SmallFileSystem.mount(mountPoint, 600).orElse(null)) {
            Requirement.require(small != null, "mounting needs root");
            MySqlServer donor = servers.plainDonor();
            Clones.run(Clones.request(donor, mountPoint));
            Files.writeString(mountPoint.resolve("old"), "old");
            Clones.run(Clones.request(donor, mountPoint).target(it -> it.withReplacement(Replacement.SWAP)));
            assertThat(mountPoint.resolve("old")).doesNotExist();
            assertThat(mountPoint.resolve(".jclone-old")).doesNotExist();
            assertThat(new DirectoryCheck(mountPoint, 2).run().damageCount()).isZero();
        }
    }

    /** The steps of the exchange before which it is killed, in order. */
    static List<KillPoint> kills() {
        KillPoint second = new KillPoint("rename", Path.of(".jclone-new/mysql.ibd"), 1);
        return Boolean.getBoolean("jclone.test.full")
                ? List.of(
                        new KillPoint("rename", Path.of("mysql.ibd"), 1),
                        second,
                        new KillPoint("unlink", Path.of(".jclone-old/mysql.ibd"), 1))
                : List.of(second);
    }

    /** The next run completes the clone without the donor, and a server starts on it. */
    @ParameterizedTest
    @MethodSource("kills")
    void completesAnExchangeThatWasKilled(KillPoint point) throws Exception {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        MySqlServer donor = servers.plainDonor();
        Path directory = servers.newPath("c");
        Clones.run(Clones.request(donor, directory));
        Files.writeString(directory.resolve("old"), "old");
        KillPoint here = point.movedTo(directory, Path.of(""));
        List<String> replace = Fetches.fetch(Fetches.address(donor), MySqlServer.CLONE_USER, directory, "--replace");
        CommandResult killed = Jclone.runUnder(here.killer(), MySqlServer.CLONE_PASSWORD, replace);
        assertThat(killed.exitStatus()).as(killed.stderr()).isEqualTo(128 + 9);
        assertThat(Files.exists(directory.resolve("#clone/#status_in_progress")))
                .as("marked")
                .isEqualTo(point.call().equals("rename"));

        Fetches.assertFailed(
                Fetches.fetchFrom(NOWHERE, directory, "--replace"),
                CloneErrorCode.CONNECT_FAILED,
                "completed the replacement of the old data");

        assertThat(directory.resolve("old")).doesNotExist();
        assertThat(new DirectoryCheck(directory, 2).run().manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        try (MySqlServer server = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(server.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
        }
    }
}
