package org.jclone.cli.option;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The help option of every command. */
@Command
public final class HelpOption {

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"--help", "-?"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;
}
