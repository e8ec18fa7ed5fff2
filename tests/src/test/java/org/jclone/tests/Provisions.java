package org.jclone.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.ServerTool;

/** Command lines that provision the server of a target. */
final class Provisions {

    private Provisions() {}

    /**
     * Returns a command with the account of the clone and the options of the target.
     *
     * @param command such as {@code provision}
     * @param settings the file that jclone writes
     * @param server the one that will run on the data
     */
    static List<String> command(String command, Path data, Path settings, MySqlServer server, String... more) {
        List<String> all = new ArrayList<>(List.of(
                command,
                "--user=" + MySqlServer.CLONE_USER,
                "--dir=" + data,
                "--ssl-mode=REQUIRED",
                "--mysqld=" + ServerTool.mysqld(),
                "--mysqld-defaults-file=" + server.folder().resolve("my.cnf"),
                "--config-file=" + settings,
                "--start-command=" + ServerTool.script("instance") + " start " + server.folder()));
        all.addAll(List.of(more));
        return all;
    }
}
