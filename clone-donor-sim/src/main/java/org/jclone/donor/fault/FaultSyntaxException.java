package org.jclone.donor.fault;

/** A fault script that cannot be parsed. The message begins with line and column, both from 1. */
public final class FaultSyntaxException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The line of the script, from 1. */
    private final int line;

    /** The column in the line, from 1. */
    private final int column;

    FaultSyntaxException(int line, int column, String problem) {
        super("line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
    }

    /** {@return the line of the script, from 1} */
    public int line() {
        return line;
    }

    /** {@return the column in the line, from 1} */
    public int column() {
        return column;
    }
}
