package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import java.util.function.Predicate;
import org.jclone.cli.defaults.Defaults;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.cli.defaults.DefaultsException;
import org.jclone.cli.output.Printable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Puts the options of option files and login paths before those of the command line, so that the command line wins. In
 * the groups that all clients read an option that we do not have is passed over; in our own it is an error, unless it
 * begins with {@code loose-}.
 */
public final class OptionFileArguments implements IParameterPreprocessor {

    private static final List<String> GROUPS = List.of("client", "jclone");
    private static final String OWN_GROUP = "jclone";
    private static final String LOOSE = "loose-";

    private static final String DONOR = "--donor";
    private static final String PASSWORD = "--password";
    private static final Set<String> HOST_OPTIONS = Set.of("--host", "--port", "--socket");
    private static final Set<String> PASSWORD_OPTIONS = Set.of(PASSWORD, "--password-file", "--password-fd");

    private final Map<String, String> environment;
    private final Predicate<String> knownElsewhere;
    private final ArgumentSpelling spelling = new ArgumentSpelling();
    private List<DefaultsEntry> entries = List.of();

    /**
     * @param environment variables
     * @param knownElsewhere whether an option of this name, with its dashes, is one of another command's
     */
    public OptionFileArguments(Map<String, String> environment, Predicate<String> knownElsewhere) {
        this.environment = environment;
        this.knownElsewhere = knownElsewhere;
    }

    @Override
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec arg, Map<String, Object> info) {
        spelling.preprocess(args, command, arg, info);
        List<String> typed = new ArrayList<>(args);
        Collections.reverse(typed);
        try {
            entries = defaults(typed)
                    .read(
                            GROUPS,
                            environment,
                            text -> command.commandLine().getErr().println("warning: " + Printable.of(text)));
        } catch (DefaultsException e) {
            throw new UsageErrors.Described(command.commandLine(), e.getMessage());
        }
        List<String> added = new ArrayList<>();
        for (DefaultsEntry entry : chosen(typed, command)) {
            added.add(argument(entry, command));
        }
        Collections.reverse(added);
        args.addAll(added);
        return false;
    }

    /** Where a value was read that turned out to be wrong; empty if it was typed. */
    Optional<String> originOf(String name, String value) {
        return entries.stream()
                .filter(entry -> longName(entry).equals(name) && entry.value().equals(Optional.ofNullable(value)))
                .map(DefaultsEntry::origin)
                .reduce((first, last) -> last);
    }

    private static Defaults defaults(List<String> typed) {
        return new Defaults(
                typed.contains(OptionFileOptions.NO_DEFAULTS),
                value(typed, OptionFileOptions.DEFAULTS_FILE).map(Path::of),
                value(typed, OptionFileOptions.EXTRA_FILE).map(Path::of),
                value(typed, OptionFileOptions.GROUP_SUFFIX),
                value(typed, OptionFileOptions.LOGIN_PATH),
                typed.contains(OptionFileOptions.NO_LOGIN_PATHS));
    }

    private static Optional<String> value(List<String> typed, String name) {
        String found = null;
        for (int i = 0; i < typed.size(); i++) {
            if (typed.get(i).startsWith(name + '=')) {
                found = typed.get(i).substring(name.length() + 1);
            } else if (typed.get(i).equals(name) && i + 1 < typed.size()) {
                found = typed.get(i + 1);
            }
        }
        return Optional.ofNullable(found);
    }

    /** Without what does not apply: other ways to the donor, or to its password, than the one that was typed. */
    private List<DefaultsEntry> chosen(List<String> typed, CommandSpec command) {
        List<DefaultsEntry> kept = new ArrayList<>(entries);
        kept.removeIf(entry -> !isKnown(entry, command));
        if (isTyped(typed, DONOR, "")) {
            kept.removeIf(entry -> longName(entry).equals(DONOR) || HOST_OPTIONS.contains(longName(entry)));
        } else if (isTyped(typed, "--socket", "-S") && !isTyped(typed, "--host", "-h")) {
            kept.removeIf(
                    entry -> longName(entry).equals(DONOR) || longName(entry).equals("--host"));
        } else if (isTyped(typed, "--host", "-h") || isTyped(typed, "--port", "-P")) {
            kept.removeIf(entry -> longName(entry).equals(DONOR));
        } else if (kept.stream().anyMatch(entry -> longName(entry).equals(DONOR))) {
            kept.removeIf(entry -> HOST_OPTIONS.contains(longName(entry)));
        }
        Optional<String> lastPassword = kept.stream()
                .map(OptionFileArguments::longName)
                .filter(PASSWORD_OPTIONS::contains)
                .reduce((first, last) -> last);
        boolean passwordTyped =
                isTyped(typed, PASSWORD, "-p") || PASSWORD_OPTIONS.stream().anyMatch(name -> isTyped(typed, name, ""));
        kept.removeIf(entry -> PASSWORD_OPTIONS.contains(longName(entry))
                && (passwordTyped || !longName(entry).equals(lastPassword.orElse(""))));
        return kept;
    }

    private static boolean isTyped(List<String> typed, String name, String shortName) {
        return typed.stream()
                .anyMatch(text -> text.equals(name)
                        || text.startsWith(name + '=')
                        || !shortName.isEmpty() && text.startsWith(shortName) && !text.startsWith("--"));
    }

    private boolean isKnown(DefaultsEntry entry, CommandSpec command) {
        if (command.findOption(longName(entry)) != null) {
            return true;
        }
        boolean ours = entry.group().toLowerCase(Locale.ROOT).startsWith(OWN_GROUP);
        if (ours && !isLoose(entry) && !knownElsewhere.test(longName(entry))) {
            throw new UsageErrors.Described(
                    command.commandLine(), "unknown option " + longName(entry) + " in " + entry.origin());
        }
        return false;
    }

    private static boolean isLoose(DefaultsEntry entry) {
        return entry.name().replace('_', '-').startsWith(LOOSE);
    }

    private static String longName(DefaultsEntry entry) {
        String name = entry.name().replace('_', '-');
        return "--" + (name.startsWith(LOOSE) ? name.substring(LOOSE.length()) : name);
    }

    private static String argument(DefaultsEntry entry, CommandSpec command) {
        String name = longName(entry);
        OptionSpec option = command.findOption(name);
        if (entry.value().isEmpty()) {
            if (option.arity().min() > 0) {
                throw new UsageErrors.Described(command.commandLine(), name + " needs a value, in " + entry.origin());
            }
            return name;
        }
        if (OptionText.isFlag(option)) {
            throw new UsageErrors.Described(command.commandLine(), name + " takes no value, in " + entry.origin());
        }
        String value = entry.value().get();
        return name + '=' + (name.equals(PASSWORD) ? ConnectionOptions.FROM_FILE + value : value);
    }
}
