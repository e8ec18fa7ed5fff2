package org.jclone.cli.option;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The canonical form of an option written on the command line or in a file: dashes replace underscores, and the
 * prefixes of MySQL's clients and the {@code clone-} of {@link CloneVariables} are removed.
 *
 * <pre>
 * prefix            of what               means
 * loose-            any                   no error if there is no such option
 * skip-, disable-   an option ON or OFF   OFF; with the value 0 ON
 *                   password              no password
 * enable-           an option ON or OFF   ON; with the value 0 OFF
 * maximum-          one with a value      the same as without the prefix
 * </pre>
 *
 * <p>Prefixes can be combined; of those that switch, the last one counts. Source: MySQL's manual, "Program Option
 * Modifiers", and the behavior of {@code mysql} of 9.7. MySQL recognizes only 0, jclone also OFF and FALSE. A
 * meaningless combination ({@code skip-port}) is an unknown option here.
 *
 * @param name with two leading dashes; as written if no such option exists
 * @param loose whether an unknown option is ignored
 */
public record OptionWord(String name, Optional<String> value, boolean loose) {

    private static final String LOOSE = "loose-";
    private static final String ENABLE = "enable-";
    private static final String MAXIMUM = "maximum-";
    private static final List<String> PREFIXES = List.of(LOOSE, "skip-", "disable-", ENABLE, MAXIMUM);

    /**
     * @param written without leading dashes
     * @param known tells whether any command has an option of this name
     */
    public static OptionWord parse(
            String written, Optional<String> value, CommandSpec command, Predicate<String> known) {
        String rest = written.replace('_', '-');
        boolean loose = false;
        Optional<Switch> state = Optional.empty();
        while (!known.test("--" + rest)) {
            Optional<String> variable = CloneVariables.option(rest, known);
            if (variable.isPresent()) {
                rest = variable.get();
                break;
            }
            Optional<String> prefix = PREFIXES.stream().filter(rest::startsWith).findFirst();
            if (prefix.isEmpty()) {
                return new OptionWord("--" + written, value, loose);
            }
            rest = rest.substring(prefix.get().length());
            if (prefix.get().equals(LOOSE)) {
                loose = true;
            } else if (!prefix.get().equals(MAXIMUM)) {
                state = Optional.of(prefix.get().equals(ENABLE) ? Switch.ON : Switch.OFF);
            }
        }
        OptionSpec option = command.findOption("--" + rest);
        if (option == null || state.isEmpty()) {
            return new OptionWord("--" + rest, value, loose);
        }
        if (OptionText.isSwitch(option)) {
            return new OptionWord("--" + rest, Optional.of(switched(state.get(), value)), loose);
        }
        boolean noPassword = rest.equals("password") && state.get() == Switch.OFF && value.isEmpty();
        return new OptionWord("--" + (noPassword ? rest : written), noPassword ? Optional.of("") : value, loose);
    }

    /** Keeps a value that cannot be parsed; the converter of the option reports it. */
    private static String switched(Switch state, Optional<String> value) {
        return value.map(text -> Switch.parse(text)
                        .map(given -> (given.isOn() ? state : state.opposite()).name())
                        .orElse(text))
                .orElse(state.name());
    }
}
