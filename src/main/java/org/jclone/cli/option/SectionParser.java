package org.jclone.cli.option;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jclone.cli.defaults.DefaultsEntry;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Reads groups of an option file as the command line of a command, and collects every fault, with file and line. Values are
 * quoted as {@link UsageErrors} does.
 */
public final class SectionParser {

    private static final String DIRECTORY_IN_SERVERS = "datadir";

    private final CommandLine command;
    private final Set<String> excluded;
    private final List<String> faults = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<DefaultsEntry> read = new ArrayList<>();
    private final Set<String> described = new HashSet<>();

    /** @param excluded names of options, with dashes, that are meaningless in the file */
    public SectionParser(Object command, Set<String> excluded) {
        this.command = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false);
        this.command.getCommandSpec().parser().collectErrors(true);
        this.excluded = excluded;
    }

    /** Adds options; a later one counts. */
    public void add(List<DefaultsEntry> entries) {
        for (DefaultsEntry entry : entries) {
            add(entry);
        }
    }

    private void add(DefaultsEntry entry) {
        CommandSpec spec = command.getCommandSpec();
        String written = entry.name().replace('_', '-').equals(DIRECTORY_IN_SERVERS) ? "dir" : entry.name();
        OptionWord word = OptionWord.parse(written, entry.value(), spec, name -> spec.findOption(name) != null);
        OptionSpec option = spec.findOption(word.name());
        if (option == null || excluded.contains(option.longestName())) {
            if (!word.loose()) {
                faults.add(entry.origin() + ": "
                        + (option == null
                                ? UsageErrors.unknown(word.name(), spec)
                                : option.longestName() + " is not for this file"));
            }
            return;
        }
        if (word.value().isEmpty() && option.arity().min() > 0) {
            faults.add(entry.origin() + ": " + option.longestName() + " needs a value");
        } else if (word.value().isPresent() && OptionText.isFlag(option)) {
            faults.add(entry.origin() + ": " + option.longestName() + " takes no value");
        } else {
            read.add(new DefaultsEntry(entry.group(), option.longestName(), word.value(), entry.origin()));
            arguments.add(option.longestName()
                    + word.value().map(value -> '=' + value).orElse(""));
        }
    }

    /**
     * Sets the fields of the command.
     *
     * @param header where the group begins, for what is missing
     * @return the faults, none if the command can be used
     */
    public List<String> parse(String header) {
        ParseResult parsed = command.parseArgs(arguments.toArray(String[]::new));
        for (Exception error : parsed.errors()) {
            describe(error, header);
        }
        for (OptionSpec option : parsed.matchedOptions()) {
            checkRange(option);
        }
        return List.copyOf(faults);
    }

    private void describe(Exception error, String header) {
        if (error instanceof MissingParameterException missing) {
            for (ArgSpec each : missing.getMissing()) {
                fault(header, "missing: " + OptionText.synopsis(each).replaceFirst("^--", ""));
            }
        } else if (error instanceof ParameterException wrong && wrong.getArgSpec() != null) {
            ArgSpec arg = wrong.getArgSpec();
            String name = OptionText.name(arg);
            fault(origin(name, wrong.getValue()).orElse(header), name + ": " + UsageErrors.wrongValue(wrong, arg));
        } else {
            fault(header, "the options cannot be understood");
        }
    }

    private void checkRange(OptionSpec option) {
        OptionText.rangeOf(option).ifPresent(range -> {
            if (option.getValue() instanceof Number number
                    && (number.longValue() < range.min() || number.longValue() > range.max())) {
                String name = option.longestName();
                fault(
                        origin(name, null).orElse(""),
                        name + ": " + number + " (expected: " + OptionText.range(option) + ')');
            }
        });
    }

    private void fault(String place, String text) {
        if (described.add(place + text)) {
            faults.add(place + ": " + text);
        }
    }

    /** Returns where the last option of this name was read; with this value, if there is one with it. */
    public Optional<String> origin(String name, String value) {
        Optional<String> last = Optional.empty();
        for (DefaultsEntry entry : read) {
            if (entry.name().equals(name)
                    && (value == null || entry.value().filter(value::equals).isPresent())) {
                last = Optional.of(entry.origin());
            }
        }
        return last.isEmpty() && value != null ? origin(name, null) : last;
    }

    /** Returns the values of each option as they were written, by its name without dashes. */
    public SortedMap<String, List<String>> values() {
        SortedMap<String, List<String>> values = new TreeMap<>();
        for (DefaultsEntry entry : read) {
            values.computeIfAbsent(entry.name().replaceFirst("^--", ""), name -> new ArrayList<>())
                    .add(entry.value().orElse(""));
        }
        return values;
    }

    /** Returns the options as they were understood. */
    public String definition() {
        return String.join(" ", arguments);
    }
}
