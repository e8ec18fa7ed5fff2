package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.tests.files.FileTree;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * jclone leaves the same names, kinds, sizes and modes on disk as the built-in recipient; with {@code
 * -Djclone.test.full=true} for each page size, which changes sizes only.
 */
@RealServer
class FileTreeIT {

    /**
     * They contain times and numbers of bytes, so their length differs from clone to clone. Only jclone leaves the last
     * two.
     */
    private static final Set<String> REPORTS = Set.of(
            "#clone/#view_status", "#clone/#view_progress", "#clone/jclone-manifest.json", "#clone/jclone-page-sums");

    private final Servers servers;

    FileTreeIT(Servers servers) {
        this.servers = servers;
    }

    static Stream<PageSize> pageSizes() {
        return Boolean.getBoolean("jclone.test.full") ? Stream.of(PageSize.values()) : Stream.of(PageSize.KIB_16);
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void equalsTheTreeOfTheBuiltInRecipient(PageSize pageSize) throws Exception {
        Requirement.require(
                servers.hasMountNamespaces(),
                "the built-in recipient puts tablespaces outside the data directory where the donor has them;"
                        + " only a mount namespace keeps both apart on one machine");
        MySqlServer donor = servers.donor(pageSize);
        Path theirs = servers.newPath("c");
        Path ours = servers.newPath("c");
        Path oursOutside = servers.newPath("o");
        try (MySqlServer recipient = servers.create(
                "--no-binlog",
                "--page-size",
                pageSize.option(),
                "--outside",
                donor.outside().toString())) {
            recipient.cloneFrom(donor, theirs);
            Clones.run(Clones.request(donor, ours)
                    .target(it -> it.withPathMapping(donor.outside().toString(), oursOutside)));

            assertThat(withoutReports(FileTree.of(ours))).isEqualTo(withoutReports(FileTree.of(theirs)));
            assertThat(FileTree.of(ours).keySet()).containsAll(REPORTS);
            assertThat(below(FileTree.of(oursOutside))).isEqualTo(below(FileTree.of(recipient.outside())));
        }
    }

    private static Map<String, String> withoutReports(Map<String, String> tree) {
        tree.keySet().removeAll(REPORTS);
        // The donor writes redo log between the two clones, and this can need one file more.
        tree.keySet().removeIf(name -> name.matches("#innodb_redo/#ib_redo[1-9]\\d*"));
        return tree;
    }

    /** The user, not the recipient, creates the directory itself. */
    private static Map<String, String> below(Map<String, String> tree) {
        tree.remove("");
        return tree;
    }
}
