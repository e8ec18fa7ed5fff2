package org.jclone.provision.mysqld;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * The options that a {@code mysqld} would run with. {@code mysqld --verbose --help} reads the option files, prints the
 * table of values, and starts nothing. The table has neither variables of plugins nor persisted variables.
 */
public final class EffectiveOptions {

    private static final Pattern VERSION = Pattern.compile("\\bVer (\\S{1,100}) for ");
    private static final Pattern ROW = Pattern.compile("(?m)^([a-z][a-z0-9-]{1,99})(?: +(.*?))?\\s*$");
    private static final String TABLE = "\nVariables (--variable-name=value)";
    private static final String NONE = "(No default value)";

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
        Path program = mysqld.program();
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw Failure.Usage.MYSQLD.exception("--mysqld: " + program + " is not a program that we may run");
        }
        List<String> command = new ArrayList<>(commandLine);
        // Do not read mysqld-auto.cnf of the data directory, which is the fence.
        command.addAll(List.of("--persisted-globals-load=OFF", "--verbose", "--help"));
        ProgramAnswer answer = ProgramAnswer.of(command);
        String text = answer.output();
        Matcher version = VERSION.matcher(text);
        int table = text.indexOf(TABLE);
        if (!version.find() || table < 0) {
            throw Failure.Usage.MYSQLD.exception(
                    "--mysqld: " + program + " does not show its options with --verbose --help: " + answer.ending());
        }
        Map<String, String> values = new HashMap<>();
        Matcher rows = ROW.matcher(text.substring(table + TABLE.length()));
        while (rows.find()) {
            values.putIfAbsent(
                    rows.group(1).replace('-', '_'),
                    Optional.ofNullable(rows.group(2)).orElse(""));
        }
        return new EffectiveOptions(Version.of(version.group(1)), values);
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
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty() && !value.equals(NONE));
    }
}
