package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.InnodbDirectories;
import picocli.CommandLine.Option;

/** Directories for InnoDB's files outside the new data directory. */
public final class InnodbDirectoryOptions {

    @Option(
            names = "--undo-dir",
            paramLabel = "DIR",
            description = "Directory of the undo tablespaces: innodb_undo_directory. It must be missing or empty, as"
                    + " --dir; --replace and --resume treat it as they treat --dir. The default is --dir.")
    private Path undoDirectory;

    @Option(
            names = "--redo-dir",
            paramLabel = "DIR",
            description = "Directory of the redo log, in its subdirectory #innodb_redo: innodb_log_group_home_dir. The"
                    + " rules of --undo-dir apply.")
    private Path redoDirectory;

    @Option(
            names = "--system-dir",
            paramLabel = "DIR",
            description = "Directory of the system tablespace, ib_buffer_pool, and the server's temporary tablespace"
                    + " ibtmp1: innodb_data_home_dir. The rules of --undo-dir apply.")
    private Path systemDirectory;

    public InnodbDirectories directories() {
        return new InnodbDirectories(
                Optional.ofNullable(undoDirectory),
                Optional.ofNullable(redoDirectory),
                Optional.ofNullable(systemDirectory));
    }
}
