package org.jclone.cli.output;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jclone.protocol.text.Printable;

/** A stack trace in which every message, which may hold a donor's text, stays on one line. */
public final class StackTrace {

    private StackTrace() {}

    /** Returns the lines in the layout of {@link Throwable#printStackTrace()}, without a final line end. */
    public static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        append(text, thrown, "", "", Collections.newSetFromMap(new IdentityHashMap<>()));
        return text.toString();
    }

    private static void append(StringBuilder out, Throwable thrown, String indent, String role, Set<Throwable> seen) {
        out.append(indent).append(role).append(Printable.of(thrown.toString()));
        if (!seen.add(thrown)) {
            out.append(" (see above)");
            return;
        }
        for (StackTraceElement frame : thrown.getStackTrace()) {
            out.append('\n').append(indent).append("\tat ").append(Printable.of(frame.toString()));
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            append(out.append('\n'), suppressed, indent + '\t', "Suppressed: ", seen);
        }
        if (thrown.getCause() != null) {
            append(out.append('\n'), thrown.getCause(), indent, "Caused by: ", seen);
        }
    }
}
