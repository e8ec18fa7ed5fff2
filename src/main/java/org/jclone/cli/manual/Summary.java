package org.jclone.cli.manual;

import picocli.CommandLine.Model.CommandSpec;

/** What a command is for, on one line. */
final class Summary {

    private Summary() {}

    /** Returns the first sentence of the description, without its full stop. */
    static String of(CommandSpec command) {
        String[] header = command.usageMessage().header();
        String text = String.join(
                " ", header.length > 0 ? header : command.usageMessage().description());
        return text.replaceFirst("^%n", "").split("\\.( |$)|:? *%n", 2)[0].strip();
    }
}
