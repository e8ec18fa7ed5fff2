package org.jclone.provision.mysqld;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.HelpTable;
import org.jclone.recipient.compat.ProgramAnswer;
import org.jclone.recipient.explain.Failure;

/**
 * The options that a {@code mysqld} would run with, without variables of plugins and persisted variables. It reads its
 * option files, prints its {@link HelpTable}, and starts nothing.
 */
public final class EffectiveOptions {

    private static final Pattern VERSION = Pattern.compile("\\bVer (\\S{1,100}) for ");

    private final Version version;
    private final Map<String, String> values;

    private EffectiveOptions(Version version, Map<String, String> values) {
        this.version = version;
        this.values = values;
    }

    /** Asks the program, with its option files and options. */
    public static EffectiveOptions of(MysqldSettings mysqld) throws CloneException {
        return of(mysqld, commandLine(mysqld));
    }

    /** Asks the program for the options that it would have if it also read {@code extraFile}. */
    public static EffectiveOptions with(MysqldSettings mysqld, Path extraFile) throws CloneException {
        return of(mysqld, commandLineWith(mysqld, extraFile));
    }

    /** Returns program and options that read the server's option files. */
    public static List<String> commandLine(MysqldSettings mysqld) {
        List<String> command =
                new ArrayList<>(List.of(mysqld.program().toAbsolutePath().toString()));
        mysqld.optionFile().ifPresent(file -> command.add("--defaults-file=" + file.toAbsolutePath()));
        command.addAll(mysqld.options());
        return command;
    }

    /** Returns program and options that read the server's option files, and {@code extraFile} after the global ones. */
    public static List<String> commandLineWith(MysqldSettings mysqld, Path extraFile) {
        List<String> command = commandLine(mysqld);
        if (mysqld.optionFile().isEmpty()) {
            command.add(1, "--defaults-extra-file=" + extraFile);
        }
        return command;
    }

    private static EffectiveOptions of(MysqldSettings mysqld, List<String> commandLine) throws CloneException {
        List<String> command = new ArrayList<>(commandLine);
        // Do not read mysqld-auto.cnf of the data directory, which is the fence.
        command.addAll(List.of("--persisted-globals-load=OFF", "--verbose", "--help"));
        ProgramAnswer answer = ProgramAnswer.of(command);
        Matcher version = VERSION.matcher(answer.output());
        Optional<Map<String, String>> values = HelpTable.parse(answer.output());
        if (!version.find() || values.isEmpty()) {
            throw Failure.Usage.MYSQLD.exception("--mysqld: " + mysqld.program()
                    + " does not show its options with --verbose --help: " + answer.ending());
        }
        return new EffectiveOptions(Version.of(version.group(1)), values.get());
    }

    /** Whether the option files or options make the server ignore {@code mysqld-auto.cnf}. */
    public static boolean ignorePersisted(MysqldSettings mysqld) throws CloneException {
        return ReadOptions.of(mysqld, Optional.empty()).all().stream()
                .flatMap(option -> option.valueOf("persisted_globals_load").stream())
                .reduce((earlier, last) -> last)
                .filter(ReadOptions::isOff)
                .isPresent();
    }

    public Version version() {
        return version;
    }

    /** Returns a value; empty if there is none. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }
}
