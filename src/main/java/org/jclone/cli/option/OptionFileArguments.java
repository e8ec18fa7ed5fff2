package org.jclone.cli.option;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.cli.defaults.DefaultsException;
import org.jclone.protocol.text.Printable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Puts the options of environment variables, option files and login paths before those of the command line, so that the
 * command line wins.
 * Unknown options are skipped in the groups that all clients read. In jclone's own groups they are errors, unless
 * they begin with {@code loose-}.
 */
public final class OptionFileArguments implements IParameterPreprocessor {

    private static final List<String> GROUPS = List.of("client", "jclone");
    private static final String OWN_GROUP = "jclone";

    private static final String DONOR = "--donor";
    private static final String PASSWORD = "--password";
    private static final Set<String> HOST_OPTIONS = Set.of("--host", "--port", "--socket");
    private static final Set<String> SECRETS = Set.of(PASSWORD, "--password2", "--password3");
    private static final Set<String> PASSWORD_OPTIONS = Set.of(PASSWORD, "--password-file", "--password-fd");

    private static final Map<String, String> VARIABLES =
            new TreeMap<>(Map.of("MYSQL_HOST", "host", "MYSQL_TCP_PORT", "port", "MYSQL_UNIX_PORT", "socket"));

    private final Map<String, String> environment;
    private final Predicate<String> knownElsewhere;
    private final ArgumentSpelling spelling = new ArgumentSpelling();

    /** The options of this command by declared name. */
    private List<DefaultsEntry> entries = List.of();

    /**
     * @param environment variables
     * @param knownElsewhere tells whether another command has an option of this name, with its dashes
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
        List<String> all = new ArrayList<>();
        try {
            LeadingOptions leading = LeadingOptions.parse(typed);
            List<DefaultsEntry> found = leading.defaults()
                    .read(
                            GROUPS,
                            environment,
                            text -> command.commandLine().getErr().println("warning: " + Printable.of(text)));
            if (leading.isPrint()) {
                PrintWriter out = command.commandLine().getOut();
                out.println(command.qualifiedName() + " would have been started with the following arguments:");
                out.println(DefaultsText.of(found, leading.rest()));
                all.add(OptionFileOptions.PRINT_DEFAULTS);
            } else {
                List<DefaultsEntry> wanted = new ArrayList<>(leading.defaults().binding(GROUPS, environment));
                wanted.removeIf(entry -> !isValidDonorList(entry, command));
                wanted.addAll(environmentEntries());
                wanted.addAll(found);
                entries = wanted.stream()
                        .flatMap(entry -> named(entry, command).stream())
                        .toList();
                chosen(typed).forEach(entry -> all.add(argument(entry, command)));
                all.addAll(typed);
            }
        } catch (DefaultsException | UsageException e) {
            throw new UsageErrors.Described(command.commandLine(), e.getMessage());
        }
        Collections.reverse(all);
        args.clear();
        args.addAll(all);
        return false;
    }

    /** The variables that MySQL's clients read; option files override them. */
    private List<DefaultsEntry> environmentEntries() {
        return VARIABLES.entrySet().stream()
                .filter(each -> !environment.getOrDefault(each.getKey(), "").isEmpty())
                .map(each -> new DefaultsEntry(
                        GROUPS.get(0),
                        each.getValue(),
                        Optional.of(environment.get(each.getKey())),
                        "the environment variable " + each.getKey()))
                .toList();
    }

    private static boolean isValidDonorList(DefaultsEntry entry, CommandSpec command) {
        OptionWord word =
                OptionWord.parse(entry.name(), entry.value(), command, name -> command.findOption(name) != null);
        return word.name().equals("--valid-donor-list");
    }

    /** Returns where a wrong value was read; empty if it was typed. */
    Optional<String> originOf(String name, String value) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name) && entry.value().equals(Optional.ofNullable(value)))
                .map(DefaultsEntry::origin)
                .reduce((first, last) -> last);
    }

    /** Returns the option under its declared name; empty to skip it. */
    private Optional<DefaultsEntry> named(DefaultsEntry entry, CommandSpec command) {
        Predicate<String> here = name -> command.findOption(name) != null;
        OptionWord word = OptionWord.parse(entry.name(), entry.value(), command, here.or(knownElsewhere));
        if (here.test(word.name())) {
            return Optional.of(new DefaultsEntry(entry.group(), word.name(), word.value(), entry.origin()));
        }
        boolean ours = entry.group().toLowerCase(Locale.ROOT).startsWith(OWN_GROUP);
        if (ours && !word.loose() && !knownElsewhere.test(word.name())) {
            throw new UsageErrors.Described(
                    command.commandLine(), UsageErrors.unknown(word.name(), command) + " in " + entry.origin());
        }
        return Optional.empty();
    }

    /** Removes options that do not apply: other ways to the donor or its password than the one typed. */
    private List<DefaultsEntry> chosen(List<String> typed) {
        List<DefaultsEntry> kept = new ArrayList<>(entries);
        if (isTyped(typed, DONOR, "")) {
            kept.removeIf(entry -> entry.name().equals(DONOR) || HOST_OPTIONS.contains(entry.name()));
        } else if (isTyped(typed, "--socket", "-S") && !isTyped(typed, "--host", "-h")) {
            kept.removeIf(entry -> entry.name().equals(DONOR) || entry.name().equals("--host"));
        } else if (isTyped(typed, "--host", "-h") || isTyped(typed, "--port", "-P")) {
            kept.removeIf(entry -> entry.name().equals(DONOR));
        } else if (kept.stream().anyMatch(entry -> entry.name().equals(DONOR))) {
            kept.removeIf(entry -> HOST_OPTIONS.contains(entry.name()));
        }
        Optional<String> lastPassword = kept.stream()
                .map(DefaultsEntry::name)
                .filter(PASSWORD_OPTIONS::contains)
                .reduce((first, last) -> last);
        boolean passwordTyped =
                isTyped(typed, PASSWORD, "-p") || PASSWORD_OPTIONS.stream().anyMatch(name -> isTyped(typed, name, ""));
        kept.removeIf(entry -> PASSWORD_OPTIONS.contains(entry.name())
                && (passwordTyped || !entry.name().equals(lastPassword.orElse(""))));
        return kept;
    }

    private static boolean isTyped(List<String> typed, String name, String shortName) {
        return typed.stream()
                .anyMatch(text -> text.equals(name)
                        || text.startsWith(name + '=')
                        || !shortName.isEmpty() && text.startsWith(shortName) && !text.startsWith("--"));
    }

    private static String argument(DefaultsEntry entry, CommandSpec command) {
        String name = entry.name();
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
        return name + '=' + (SECRETS.contains(name) ? PasswordOptions.FROM_FILE + value : value);
    }
}
