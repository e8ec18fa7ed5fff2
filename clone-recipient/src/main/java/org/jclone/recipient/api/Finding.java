package org.jclone.recipient.api;

import java.util.List;
import java.util.Optional;

/**
 * What a check found out about one thing.
 *
 * @param text what is the case, in a few words
 * @param why what it leads to; empty where all is well
 * @param statements what puts it right: SQL for the donor, or a command; none of it disturbs anybody
 * @param choices what may put it right at the cost of somebody else, such as ending another clone: to be thought about
 * @param failure how a clone would end because of it; only of a problem
 */
public record Finding(
        CheckItem item,
        State state,
        String text,
        String why,
        List<String> statements,
        List<String> choices,
        Optional<CloneErrorCode> failure) {

    /** How bad it is, the worst first. */
    public enum State {
        /** A clone would fail. */
        PROBLEM,
        /** A clone would succeed, and somebody may be surprised by it. */
        WARNING,
        /** It could not be found out. */
        UNKNOWN,
        OK
    }

    public Finding {
        statements = List.copyOf(statements);
        choices = List.copyOf(choices);
    }

    public static Finding ok(CheckItem item, String text) {
        return new Finding(item, State.OK, text, "", List.of(), List.of(), Optional.empty());
    }

    public static Finding warning(CheckItem item, String text, String why, String... statements) {
        return new Finding(item, State.WARNING, text, why, List.of(statements), List.of(), Optional.empty());
    }

    public static Finding unknown(CheckItem item, String text, String... statements) {
        return new Finding(item, State.UNKNOWN, text, "", List.of(statements), List.of(), Optional.empty());
    }

    public static Finding problem(
            CheckItem item, CloneErrorCode failure, String text, String why, String... statements) {
        return new Finding(item, State.PROBLEM, text, why, List.of(statements), List.of(), Optional.of(failure));
    }

    /** The same, with statements that may hurt somebody. */
    public Finding withChoices(List<String> mayHurt) {
        return new Finding(item, state, text, why, statements, mayHurt, failure);
    }
}
