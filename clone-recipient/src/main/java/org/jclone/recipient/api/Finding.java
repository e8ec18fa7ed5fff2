package org.jclone.recipient.api;

import java.util.List;
import java.util.Optional;

/**
 * The outcome of one check.
 *
 * @param text the finding, in a few words
 * @param why the consequence; empty if all is well
 * @param statements statements or commands that fix the problem without disturbing others
 * @param choices statements that may fix it at the expense of others, such as ending another clone; review before use
 * @param failure how a clone would fail because of it; only for a problem
 */
public record Finding(
        CheckItem item,
        State state,
        String text,
        String why,
        List<String> statements,
        List<String> choices,
        Optional<CloneErrorCode> failure) {

    /** The state of a finding, the worst first. */
    public enum State {
        /** A clone would fail. */
        PROBLEM,
        /** A clone would succeed, with a possibly unexpected result. */
        WARNING,
        /** It could not be checked. */
        UNKNOWN,
        /** All is well. */
        OK
    }

    public Finding {
        statements = List.copyOf(statements);
        choices = List.copyOf(choices);
    }

    /**
     * {@return a finding without a problem}
     *
     * @param item what was checked
     * @param text the finding
     */
    public static Finding ok(CheckItem item, String text) {
        return new Finding(item, State.OK, text, "", List.of(), List.of(), Optional.empty());
    }

    /**
     * {@return a finding that does not prevent a clone}
     *
     * @param item what was checked
     * @param text the finding
     * @param why the consequence
     * @param statements that fix it
     */
    public static Finding warning(CheckItem item, String text, String why, String... statements) {
        return new Finding(item, State.WARNING, text, why, List.of(statements), List.of(), Optional.empty());
    }

    /**
     * {@return a finding of what could not be checked}
     *
     * @param item what was to be checked
     * @param text why not
     * @param statements that make it possible
     */
    public static Finding unknown(CheckItem item, String text, String... statements) {
        return new Finding(item, State.UNKNOWN, text, "", List.of(statements), List.of(), Optional.empty());
    }

    /**
     * {@return a finding that would make a clone fail}
     *
     * @param item what was checked
     * @param failure how a clone would fail
     * @param text the finding
     * @param why the consequence
     * @param statements that fix it
     */
    public static Finding problem(
            CheckItem item, CloneErrorCode failure, String text, String why, String... statements) {
        return new Finding(item, State.PROBLEM, text, why, List.of(statements), List.of(), Optional.of(failure));
    }

    /**
     * {@return a copy with statements that may affect others}
     *
     * @param mayHurt the statements
     */
    public Finding withChoices(List<String> mayHurt) {
        return new Finding(item, state, text, why, statements, mayHurt, failure);
    }
}
