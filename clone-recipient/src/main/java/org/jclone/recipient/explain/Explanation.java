package org.jclone.recipient.explain;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One error.
 *
 * @param code MySQL's number, {@code MY-} and a number of its logs, {@code OS-} and a number of the operating system,
 *     or the name of an error of jclone
 * @param name its symbol; for errors of jclone the exit status
 * @param meaning what happened, a sentence or two
 * @param hints what an error message adds below itself: the usual one under the empty string, if it differs from what
 *     the first cause says to do; others under their case
 * @param causes most likely first
 */
public record Explanation(String code, String name, String meaning, Map<String, String> hints, List<Cause> causes) {

    /**
     * Why it may have happened.
     *
     * @param text the cause
     * @param tell how to tell that it is this one
     * @param action what to do then
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
