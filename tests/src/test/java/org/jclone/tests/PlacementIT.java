package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.files.FileTree;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Files of the donor or of the clone outside the data directory. */
@RealServer
class PlacementIT {

    private final Servers servers;

    PlacementIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void movesTablespacesIntoTheTargetByDefault() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Map<String, String> before = FileTree.of(donor.outside());
        Path directory = servers.newPath("c");

        CloneResult result = Clones.run(Clones.request(donor, directory));

        assertThat(result.relocated())
                .containsOnlyKeys(
                        donor.outside() + "/outside_space.ibd",
                        donor.outside() + "/storage/outside_table.ibd",
                        donor.outside() + "/storage/outside_partition#p#outside.ibd");
        assertThat(result.relocated().values())
                .allSatisfy(path -> assertThat(path).isRegularFile().startsWith(directory));
        assertThat(FileTree.of(donor.outside())).isEqualTo(before);
    }

    @Test
    void movesTablespacesByAMapping() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Path directory = servers.newPath("c");
        Path elsewhere = servers.newPath("o");

        CloneResult result = Clones.run(Clones.request(donor, directory)
                .target(it -> it.withPathMapping(donor.outside().toString(), elsewhere)));

        assertThat(result.relocated())
                .containsEntry(donor.outside() + "/outside_space.ibd", elsewhere.resolve("outside_space.ibd"))
                .containsEntry(
                        donor.outside() + "/storage/outside_table.ibd", elsewhere.resolve("storage/outside_table.ibd"));
        try (MySqlServer clone =
                servers.create("--data", directory.toString(), "--gtid", "--set", "innodb_directories=" + elsewhere)) {
            assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
            assertThat(clone.check()).startsWith("checked");
            assertThat(clone.sql("SELECT file_name FROM information_schema.files WHERE file_name LIKE '%outside%'"))
                    .contains(elsewhere + "/outside_space.ibd", elsewhere + "/storage/outside_table.ibd");
        }
    }

    /**
     * Donor and clone have undo tablespaces, redo log and system tablespace in directories of their own, and tablespaces
     * at relative paths. Then a clone that was stopped and resumed replaces the first one.
     */
    @Test
    void clonesWithInnodbsFilesInSeparateDirectories() throws Exception {
        Path volumes = Files.createDirectory(servers.newPath("v"));
        for (String name : List.of("undo", "redo", "system")) {
            Files.createDirectory(volumes.resolve(name));
        }
        Path directory = servers.newPath("c");
        Path ours = Files.createDirectory(servers.newPath("w"));
        try (MySqlServer donor = servers.create(
                "--gtid",
                "--set",
                "innodb_undo_directory=" + volumes.resolve("undo"),
                "--set",
                "innodb_log_group_home_dir=" + volumes.resolve("redo"),
                "--set",
                "innodb_data_home_dir=" + volumes.resolve("system"),
                "--set",
                "innodb_temp_data_file_path=ibtmp1:12M:autoextend:max:1G")) {
            donor.load("tables");
            donor.sql("CREATE TABLESPACE beside ADD DATAFILE '../outside/beside.ibd';"
                    + " CREATE TABLESPACE spelled ADD DATAFILE './.././outside//spelled.ibd';"
                    + " CREATE UNDO TABLESPACE further ADD DATAFILE 'further.ibu';"
                    + " CREATE DATABASE placed; CREATE TABLE placed.a (i INT PRIMARY KEY) TABLESPACE beside;"
                    + " CREATE TABLE placed.b (i INT PRIMARY KEY) TABLESPACE spelled;"
                    + " INSERT INTO placed.a VALUES (1); INSERT INTO placed.b VALUES (2)");
            CloneResult result = Clones.run(apart(donor, directory, ours));

            assertThat(FileTree.of(ours.resolve("undo"))).containsOnlyKeys("", "undo_001", "undo_002", "further.ibu");
            assertThat(FileTree.of(ours.resolve("system"))).containsOnlyKeys("", "ib_buffer_pool", "ibdata1");
            assertThat(result.relocated()).containsOnlyKeys("../outside/beside.ibd", "./.././outside//spelled.ibd");
            assertThat(Files.readString(result.configuration().file().orElseThrow()))
                    .contains("innodb_temp_data_file_path=ibtmp1:12M:autoextend:max:1G");
            VerificationReport fresh = new DirectoryCheck(directory, 2).run();
            assertThat(fresh.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
            assertThat(fresh.damages()).isEmpty();
            try (MySqlServer clone = servers.create(withSettings(result, directory))) {
                assertThat(clone.fingerprint("--relocated")).isEqualTo(donor.fingerprint("--relocated"));
                assertThat(clone.check()).startsWith("checked");
                assertThat(clone.sql("SELECT file_name FROM information_schema.files WHERE file_type <> 'TABLESPACE'"))
                        .contains(ours + "/undo/undo_001", ours + "/undo/further.ibu", ours + "/system/ibtmp1");
                assertThatExceptionOfType(CloneException.class)
                        .as("while the server runs")
                        .isThrownBy(() -> Clones.run(apart(donor, servers.newPath("c"), ours)
                                .target(it -> it.withReplacement(Replacement.SWAP))))
                        .withMessageContaining("is in use: a mysqld holds a lock on");
                clone.stop();
                assertThat(new DirectoryCheck(directory, 2).run().damages()).isEmpty();
                donor.sql("INSERT INTO placed.a VALUES (3)");
                assertStopped(apart(donor, directory, ours).target(it -> it.withReplacement(Replacement.SWAP)));
                assertThat(FileTree.of(ours.resolve("undo"))).containsKeys("undo_001", ".jclone-new/undo_001");

                Clones.run(apart(donor, directory, ours)
                        .target(it -> it.withReplacement(Replacement.SWAP))
                        .interruptions(it -> it.withResume(ResumeMode.REQUIRED)));

                assertThat(FileTree.of(ours.resolve("undo")))
                        .containsOnlyKeys("", "undo_001", "undo_002", "further.ibu");
                assertThat(new DirectoryCheck(directory, 2).run().manifest())
                        .isEqualTo(VerificationReport.Comparison.COMPARED);
                clone.start();
                assertThat(clone.sql("SELECT * FROM placed.a")).isEqualTo("1\n3");
                assertThat(clone.fingerprint("--relocated")).isEqualTo(donor.fingerprint("--relocated"));
            }
        }
    }

    private static CloneRequest.Builder apart(MySqlServer donor, Path directory, Path volumes) {
        return Clones.request(donor, directory)
                .target(it -> it.withInnodb(it.innodb()
                                .withUndo(volumes.resolve("undo"))
                                .withRedo(volumes.resolve("redo"))
                                .withSystem(volumes.resolve("system")))
                        .withServer(TargetServer.UNKNOWN.forClone(
                                false, Optional.of(Path.of(directory + ".cnf")), Optional.empty())));
    }

    private static String[] withSettings(CloneResult result, Path directory) {
        List<String> options = new ArrayList<>(List.of("--data", directory.toString(), "--gtid"));
        for (String setting : result.configuration().settings()) {
            if (setting.startsWith("innodb_")) {
                options.addAll(List.of("--set", setting));
            }
        }
        return options.toArray(String[]::new);
    }

    /** Stops a clone during the copy so that it can be resumed. */
    private static void assertStopped(CloneRequest.Builder request) {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        CloneListener listener = new CloneListener() {
            @Override
            public void onProgress(CloneProgress progress) {
                if (progress.stages().stream().anyMatch(stage -> stage.dataBytes() > 1 << 20)) {
                    recipient.get().suspend("a test wants it");
                }
            }
        };
        request.transfer(it -> it.withBandwidthLimits(new BandwidthLimits(20, 0)));
        recipient.set(new CloneRecipient(request.build(), listener));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(recipient.get()::run)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED));
    }
}
