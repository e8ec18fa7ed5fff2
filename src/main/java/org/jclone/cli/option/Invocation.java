package org.jclone.cli.option;

/** What the command line asks for. */
public record Invocation(Command command, Wish wish, Arguments arguments) {

    /** What is wanted of the command. */
    public enum Wish {
        RUN,
        USAGE,
        VERSION
    }
}
