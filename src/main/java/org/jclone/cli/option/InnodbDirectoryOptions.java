package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.InnodbDirectories;
import picocli.CommandLine.Option;

/** Directories for files outside the new data directory. */
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

    @Option(
            names = "--map-path",
            paramLabel = "FROM=TO",
            converter = PathMapping.Converter.class,
            description = "Put tablespaces that the donor keeps outside its data directory, below FROM, below the local"
                    + " directory TO. FROM is absolute or begins with ../, as the donor shows it in"
                    + " information_schema.files. Without a mapping they go into the new data directory.")
    private List<PathMapping> pathMappings = new ArrayList<>();

    public InnodbDirectories directories() {
        return new InnodbDirectories(
                Optional.ofNullable(undoDirectory),
                Optional.ofNullable(redoDirectory),
                Optional.ofNullable(systemDirectory));
    }

    /** Returns the local directory of each directory of the donor. */
    public Map<String, Path> pathMappings() {
        Map<String, Path> mappings = new LinkedHashMap<>();
        pathMappings.forEach(mapping ->
                mappings.put(mapping.from(), mapping.to().toAbsolutePath().normalize()));
        return mappings;
    }
}
