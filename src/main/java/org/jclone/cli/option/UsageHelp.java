package org.jclone.cli.option;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The options in the help of a command: each group under its heading, with declared values and defaults. */
public final class UsageHelp implements CommandLine.IHelpSectionRenderer {

    private static final int WIDTH = 100;
    private static final int INDENT = 6;

    private UsageHelp() {}

    private static final String EXAMPLES = "examples";

    /** The command help is picocli's, so it has no annotation. */
    private static final List<String> EXAMPLES_OF_HELP =
            List.of("# Show examples and options of a command, as jclone fetch --help does.", "jclone help fetch");

    /** The options of a command under one heading; the heading is empty for options that need none. */
    public record Group(String heading, List<ArgSpec> options) {}

    /** Applies the same help layout to a command and its subcommands. */
    public static void install(CommandLine command) {
        command.setUsageHelpWidth(WIDTH);
        command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        command.setHelpSectionKeys(List.of(
                EXAMPLES,
                UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
                UsageMessageSpec.SECTION_KEY_SYNOPSIS,
                UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING,
                UsageMessageSpec.SECTION_KEY_DESCRIPTION,
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
                UsageMessageSpec.SECTION_KEY_OPTION_LIST));
        command.getHelpSectionMap().put(EXAMPLES, help -> exampleText(help.commandSpec()));
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new UsageHelp());
        command.getSubcommands().values().forEach(UsageHelp::install);
    }

    /** Returns the lines of {@link Examples}; none if the command has no examples. */
    public static List<String> examples(CommandSpec command) {
        if (command.helpCommand()) {
            return EXAMPLES_OF_HELP;
        }
        Examples declared = command.userObject().getClass().getAnnotation(Examples.class);
        return declared == null ? List.of() : List.of(declared.value());
    }

    private static String exampleText(CommandSpec command) {
        StringBuilder text = new StringBuilder();
        for (String line : examples(command)) {
            text.append(text.isEmpty() ? "Examples:\n  " : "  ").append(line).append('\n');
        }
        return text.append(text.isEmpty() ? "" : "\n").toString();
    }

    /** Returns the groups in declaration order, the command's own options first. */
    public static List<Group> groups(CommandSpec command) {
        List<ArgSpec> own = new ArrayList<>(command.args());
        List<Group> groups = new ArrayList<>();
        for (CommandSpec mixin : command.mixins().values()) {
            own.removeAll(mixin.args());
            groups.add(new Group(mixin.usageMessage().optionListHeading(), mixin.args()));
        }
        if (!own.isEmpty()) {
            groups.add(0, new Group("", own));
        }
        return groups;
    }

    @Override
    public String render(Help help) {
        StringBuilder text = new StringBuilder();
        for (Group group : groups(help.commandSpec())) {
            text.append('\n');
            if (!group.heading().isEmpty()) {
                text.append(group.heading()).append(":\n");
            }
            for (ArgSpec option : group.options()) {
                String shortName = OptionText.shortName(option);
                text.append("  ").append(OptionText.synopsis(option));
                text.append(shortName.isEmpty() ? "\n" : ", " + shortName + '\n');
                TextTable table =
                        TextTable.forColumns(help.colorScheme(), new Column(WIDTH, INDENT, Column.Overflow.WRAP));
                table.indentWrappedLines = 0;
                table.addRowValues(text(option));
                text.append(table);
            }
        }
        return text.toString();
    }

    /** Returns description, values and default. */
    public static String text(ArgSpec option) {
        StringBuilder text = new StringBuilder(OptionText.description(option));
        if (!OptionText.range(option).isEmpty()) {
            text.append(" Values: ").append(OptionText.range(option)).append('.');
        }
        OptionText.defaultText(option)
                .ifPresent(value -> text.append(" Default: ").append(value).append('.'));
        return text.toString();
    }
}
