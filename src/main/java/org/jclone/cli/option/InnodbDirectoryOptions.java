package org.jclone.cli.option;

import java.nio.file.Path;
import org.jclone.recipient.api.CloneRequest;
import picocli.CommandLine.Option;

/** Directories of InnoDB's files other than the new data directory. */
public final class InnodbDirectoryOptions {

    @Option(
            names = "--undo-dir",
            paramLabel = "DIR",
            description = "Where undo tablespaces go: innodb_undo_directory. Missing or empty, as --dir is, and treated"
                    + " like it by --replace and --resume. Without it they go into --dir.")
    private Path undoDirectory;

    @Option(
            names = "--redo-dir",
            paramLabel = "DIR",
            description =
                    "Where the redo log goes, in a folder #innodb_redo: innodb_log_group_home_dir. As --undo-dir.")
    private Path redoDirectory;

    @Option(
            names = "--system-dir",
            paramLabel = "DIR",
            description = "Where the system tablespace and ib_buffer_pool go, and the server's temporary tablespace"
                    + " ibtmp1: innodb_data_home_dir. As --undo-dir.")
    private Path systemDirectory;

    public void applyTo(CloneRequest.Builder request) {
        request.undoDirectory(undoDirectory).redoDirectory(redoDirectory).systemDirectory(systemDirectory);
    }
}
