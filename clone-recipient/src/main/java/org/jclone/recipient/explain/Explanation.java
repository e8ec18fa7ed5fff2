package org.jclone.recipient.explain;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Explains one error.
 *
 * @param code MySQL's number, {@code MY-} and a number of its logs, {@code OS-} and a number of the operating system,
 * or the name of an error of jclone
 * @param name its symbol; for errors of jclone the exit status
 * @param meaning what happened, in one or two sentences
 * @param hints added to an error message: the usual hint under the empty string, if it differs from the first cause's
 * action; others under the name of their case
 * @param causes most likely first
 */
public record Explanation(String code, String name, String meaning, Map<String, String> hints, List<Cause> causes) {

    /**
     * A possible cause.
     *
     * @param text the cause
     * @param tell how to recognise this cause
     * @param action what to do about it
     */
    public record Cause(String text, String tell, String action) {

        public Cause {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(tell, "tell");
            Objects.requireNonNull(action, "action");
        }
    }

    public Explanation {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(meaning, "meaning");
        hints = Map.copyOf(hints);
        causes = List.copyOf(causes);
    }
}
