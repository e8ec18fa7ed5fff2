package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.jclone.recipient.api.CloneResult;
import org.jclone.tests.files.FileTree;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Tablespaces that lie outside the donor's data directory. */
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
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint("--relocated")).isEqualTo(donor.fingerprint("--relocated"));
            assertThat(clone.check()).startsWith("checked");
        }
    }

    @Test
    void putsThemWhereAMappingSays() throws Exception {
        MySqlServer donor = servers.donor(PageSize.KIB_16);
        Path directory = servers.newPath("c");
        Path elsewhere = servers.newPath("o");

        CloneResult result = Clones.run(
                Clones.request(donor, directory).mapPath(donor.outside().toString(), elsewhere));

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
}
