package org.jclone.provision.mysqld;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.ProgramAnswer;

/**
 * The options that a {@code mysqld} reads, in their order, as {@code mysqld --print-defaults} shows them: those of its
 * option files, then those of its command line. The last option of a name wins.
 */
public final class ReadOptions {

    /**
     * One option.
     *
     * @param name with underscores, without {@code loose_}
     * @param value {@code ON} if there is none
     */
    public record Option(String name, String value) {

        static Option parse(String text) {
            int equals = text.indexOf('=');
            String name = (equals < 0 ? text : text.substring(0, equals)).replace('-', '_');
            String value = equals < 0 ? "ON" : text.substring(equals + 1);
            if (name.startsWith("loose_")) {
                return parse(name.substring("loose_".length()) + (equals < 0 ? "" : "=" + value));
            }
            return new Option(name, value);
        }

        /** Whether the option sets this variable, and to what; {@code --skip-x} sets x to {@code OFF}. */
        public Optional<String> valueOf(String variable) {
            if (name.equals(variable)) {
                return Optional.of(value);
            }
            if (name.equals("skip_" + variable) || name.equals("disable_" + variable)) {
                return Optional.of(isOff(value) ? "ON" : "OFF");
            }
            return name.equals("enable_" + variable) ? Optional.of(value) : Optional.empty();
        }
    }

    /** Whether a boolean option's value means {@code ON}. */
    public static boolean isOn(String value) {
        return List.of("ON", "1", "TRUE").contains(value.toUpperCase(Locale.ROOT));
    }

    /** Whether a boolean option's value means {@code OFF}. */
    public static boolean isOff(String value) {
        return List.of("OFF", "0", "FALSE").contains(value.toUpperCase(Locale.ROOT));
    }

    private final String shown;
    private final String errors;

    private ReadOptions(String shown, String errors) {
        this.shown = shown;
        this.errors = errors;
    }

    /**
     * Asks the program.
     *
     * @param extraFile an option file that it reads besides its own
     */
    public static ReadOptions of(MysqldSettings mysqld, Optional<Path> extraFile) throws CloneException {
        List<String> all = extraFile.isPresent()
                ? EffectiveOptions.commandLineWith(mysqld, extraFile.get())
                : EffectiveOptions.commandLine(mysqld);
        List<String> command =
                new ArrayList<>(all.subList(0, all.size() - mysqld.options().size()));
        command.add("--print-defaults");
        ProgramAnswer answer = ProgramAnswer.of(command);
        String line = answer.output().lines().skip(1).findFirst().orElse("").strip();
        return new ReadOptions(" " + line + " " + String.join(" ", mysqld.options()) + " ", answer.errors());
    }

    /** Whether these options are read, one directly after the other. */
    public boolean contain(List<String> options) {
        return shown.contains(together(options));
    }

    /** Whether an option file includes a file that does not exist. */
    public boolean missed(Path file) {
        return errors.contains("'" + file + "'");
    }

    /** Returns the options after the last place where these are read, one directly after the other. */
    public List<Option> after(List<String> options) {
        String together = together(options);
        int place = shown.lastIndexOf(together);
        return place < 0 ? Collections.emptyList() : parse(shown.substring(place + together.length() - 1));
    }

    /** Returns all options. */
    public List<Option> all() {
        return parse(shown);
    }

    private static String together(List<String> options) {
        return " " + String.join(" ", options) + " ";
    }

    /** Splits at a space before two hyphens: a value may contain spaces, but hardly that. */
    private static List<Option> parse(String text) {
        List<Option> options = new ArrayList<>();
        for (String each : text.split(" --")) {
            if (!each.isBlank()) {
                options.add(Option.parse(each.strip()));
            }
        }
        return options;
    }
}
