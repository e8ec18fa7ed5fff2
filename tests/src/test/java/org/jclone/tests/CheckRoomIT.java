package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code jclone check} predicts how a clone into a file system that is too small, full or read-only would end. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckRoomIT {

    private static final Pattern NEEDED = Pattern.compile("space +about (\\d+) MiB are needed");
    private static final int ROOMY = 1024;
    private static final int OLD = 40;
    private static final int LACKING = 20;

    private final Servers servers;
    private final MySqlServer donor;

    CheckRoomIT(Servers servers) {
        this.servers = servers;
        donor = Checks.donor(servers);
    }

    @AfterAll
    void stop() {
        donor.close();
    }

    @Test
    void findsAFileSystemThatIsTooSmallOrFull() throws Exception {
        try (SmallFileSystem disk = mount(32)) {
            Path directory = disk.path().resolve("c");
            CommandResult small = check(directory);
            assertThat(small.exitStatus()).isEqualTo(CloneErrorCode.DISK_FULL.exitStatus());
            assertThat(small.stdout())
                    .startsWith("A clone would fail: 1 problem.\n")
                    .containsPattern("\nPROBLEM\n +space +about \\d+ MiB are needed, 32 MiB are free\n"
                            + " +Free space there, or choose another --dir\\.\n")
                    .contains("directory", directory + " can be used");
            Path other = disk.path().resolve("other");
            Fetches.assertFailed(fetch(other), CloneErrorCode.DISK_FULL, "the clone needs ", " are free in " + other);

            Path filler = disk.path().resolve("filler");
            fill(filler);
            CommandResult full = check(directory);
            assertThat(full.exitStatus()).isEqualTo(CloneErrorCode.DISK_FULL.exitStatus());
            assertThat(full.stdout()).contains(" MiB are needed, 0 MiB are free\n");

            Files.delete(filler);
            disk.resize(ROOMY);
            CommandResult roomy = check(directory);
            assertThat(roomy.exitStatus()).as(roomy.stdout()).isZero();

            disk.protect(true);
            CommandResult readOnly = check(directory);
            assertThat(readOnly.exitStatus()).isEqualTo(CloneErrorCode.STORAGE.exitStatus());
            assertThat(readOnly.stdout()).contains("cannot write to " + disk.path() + ": Read-only file system");
            disk.protect(false);
        }
    }

    /** There is space for the old data or for the clone, but not for both. */
    @Test
    void findsThatOldDataMustBeDroppedFirst() throws Exception {
        try (SmallFileSystem disk = mount(ROOMY)) {
            Path directory = Files.createDirectory(disk.path().resolve("c"));
            Path old = Files.write(directory.resolve("ibdata1"), new byte[OLD << 20]);
            disk.resize(needed(check(directory, "--replace")) + OLD - LACKING);

            CommandResult beside = check(directory, "--replace");
            assertThat(beside.exitStatus()).isEqualTo(CloneErrorCode.DISK_FULL.exitStatus());
            assertThat(beside.stdout())
                    .startsWith("A clone would fail: 1 problem.\n")
                    .contains(
                            "There is space for one of the two: --replace=drop-first",
                            "if the clone then fails, there is neither");
            Fetches.assertFailed(fetch(directory, "--replace"), CloneErrorCode.DISK_FULL, "the clone needs ");
            assertThat(old).hasSize(OLD << 20);

            CommandResult first = check(directory, "--replace=drop-first");
            assertThat(first.exitStatus()).as(first.stdout()).isZero();
            assertThat(first.stdout())
                    .contains(
                            "and " + OLD + " MiB more after the present content is deleted",
                            "neither old nor new data");
            assertThat(check(directory).exitStatus()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
            CommandResult fetched = fetch(directory, "--replace=drop-first");
            assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
            assertThat(new DirectoryCheck(directory, 2).run().damageCount()).isZero();
        }
    }

    private SmallFileSystem mount(int mebibytes) throws IOException {
        var mounted = SmallFileSystem.mount(servers.newPath("m"), mebibytes);
        Requirement.require(mounted.isPresent(), "only root may mount a small file system, and not everywhere");
        return mounted.orElseThrow();
    }

    private static void fill(Path file) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> {
                    try (OutputStream out = Files.newOutputStream(file)) {
                        while (true) {
                            out.write(new byte[4096]);
                        }
                    }
                })
                .withMessageContaining("No space left");
    }

    private CommandResult check(Path directory, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("check", "--donor=" + Fetches.address(donor), "--user=" + Checks.USER, "--dir=" + directory));
        arguments.addAll(List.of(more));
        return Jclone.run(MySqlServer.CLONE_PASSWORD, arguments);
    }

    private CommandResult fetch(Path directory, String... more) {
        return Fetches.fetchFrom(donor.port(), directory, more);
    }

    private static int needed(CommandResult check) {
        return NEEDED.matcher(check.stdout())
                .results()
                .map(MatchResult::group)
                .map(found -> found.replaceAll("\\D", ""))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
    }
}
