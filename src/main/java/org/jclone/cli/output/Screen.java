package org.jclone.cli.output;

import java.io.PrintStream;
import org.jclone.protocol.text.Printable;

/**
 * Standard error, shared by progress and log: permanent lines and, on a terminal, one status line below them that is
 * redrawn in place. Thread-safe.
 */
public final class Screen {

    /** Moves to the left edge and erases to the end of the screen. */
    private static final String ERASE = "\r\033[J";

    /** Turns automatic wrapping off, so that a line longer than the terminal is cut. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final PrintStream err;
    private String status = "";

    public Screen(PrintStream err) {
        this.err = err;
    }

    /** Prints one permanent line above the status line. */
    public void println(String line) {
        print(Printable.of(line));
    }

    /** Prints permanent lines. Text from outside must already be {@link Printable}. */
    public void printLines(String text) {
        print(Printable.lines(text));
    }

    private synchronized void print(String text) {
        StringBuilder out = new StringBuilder();
        if (!status.isEmpty()) {
            out.append(ERASE);
        }
        out.append(text).append('\n');
        appendStatus(out);
        write(out);
    }

    /** Replaces the status line; an empty one removes it. Call this on a terminal only. */
    public synchronized void setStatus(String text) {
        if (text.equals(status)) {
            return;
        }
        StringBuilder out = new StringBuilder();
        if (!status.isEmpty()) {
            out.append(ERASE);
        }
        status = Printable.of(text);
        appendStatus(out);
        write(out);
    }

    private void appendStatus(StringBuilder out) {
        if (!status.isEmpty()) {
            out.append(NO_WRAP).append(status).append(WRAP);
        }
    }

    private void write(StringBuilder out) {
        err.print(out);
        err.flush();
    }
}
