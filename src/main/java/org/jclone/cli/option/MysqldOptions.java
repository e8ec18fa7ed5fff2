package org.jclone.cli.option;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import picocli.CommandLine.Option;

/** The program and the command line of the new server. */
final class MysqldOptions {

    @Option(
            names = "--mysqld-defaults-file",
            paramLabel = "FILE",
            description = "The option file that the new server reads instead of the usual ones.")
    private Path mysqldDefaultsFile;

    @Option(
            names = "--mysqld-option",
            paramLabel = "--NAME=VALUE",
            description = "Further option of the new server's command line.")
    private List<String> mysqldOptions = new ArrayList<>();

    @Option(
            names = "--mysqld-user",
            paramLabel = "USER",
            description = "The user that the new server runs as. It becomes the owner of the data. Needs root.")
    private String mysqldUser;

    /**
     * Returns the server, found in the path if it is not given.
     *
     * @param given of {@code --mysqld}
     */
    MysqldSettings settings(Optional<Path> given, Map<String, String> environment) throws UsageException {
        Path program = given.or(() -> find(environment))
                .orElseThrow(() -> new UsageException("missing: --mysqld=FILE, since no mysqld is in the path"));
        return new MysqldSettings(
                program, Optional.ofNullable(mysqldDefaultsFile), mysqldOptions, Optional.ofNullable(mysqldUser));
    }

    private static Optional<Path> find(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator
                + "/usr/local/mysql/bin";
        return List.of(path.split(File.pathSeparator)).stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "mysqld"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
