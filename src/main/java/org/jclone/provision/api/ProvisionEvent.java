package org.jclone.provision.api;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What happens during a provisioning run, except the copy itself. No event contains a secret. */
public sealed interface ProvisionEvent {

    /** A step begins, or is repeated by a run that resumes. */
    record StepBegan(Step step, boolean repeated) implements ProvisionEvent {}

    /** A step is complete. */
    record StepDone(Step step, Duration elapsed) implements ProvisionEvent {}

    /**
     * A decision.
     *
     * @param what such as {@code method}
     * @param outcome such as {@code GTID}
     * @param inputs what it was decided from, by name
     */
    record Decided(Step step, String what, String outcome, Map<String, String> inputs) implements ProvisionEvent {

        public Decided {
            inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        }
    }

    /** Something that the operator should know. */
    record Note(Step step, String text) implements ProvisionEvent {}

    /** Something that may need an action. */
    record Warning(Step step, String text, String hint) implements ProvisionEvent {}

    /** A channel of the donor, seen there or in the clone. */
    record ChannelFound(Step step, ChannelReport channel) implements ProvisionEvent {}

    /**
     * How far the new server is behind.
     *
     * @param missing transactions of the source that it lacks; -1 if unknown
     * @param lag as its channels report it; empty while a channel does not know
     */
    record CatchingUp(long missing, Duration sinceProgress, Optional<Duration> lag) implements ProvisionEvent {}

    /**
     * The target's old data was compared with the source.
     *
     * @param missing transactions that only the source has
     * @param errant transactions that only the target has
     */
    record Compared(Step step, long missing, long errant) implements ProvisionEvent {}

    /** All problems that prevent the run. Nothing was changed. */
    record Findings(List<String> problems) implements ProvisionEvent {

        public Findings {
            problems = List.copyOf(problems);
        }
    }

    /** Handles each kind of event; a new kind breaks the build wherever it matters. */
    interface Handler<T> {
        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onStepBegan(StepBegan event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onStepDone(StepDone event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onDecided(Decided event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onNote(Note event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onWarning(Warning event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onChannelFound(ChannelFound event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onCatchingUp(CatchingUp event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onCompared(Compared event);

        /**
         * Handles the event.
         *
         * @param event what happened
         * @return the result of {@code accept}
         */
        T onFindings(Findings event);
    }

    /**
     * Calls the handler's method for this kind of event.
     *
     * @param handler has a method for each kind
     * @param <T> what the handler returns
     * @return what the method returned
     */
    default <T> T accept(Handler<T> handler) {
        if (this instanceof StepBegan event) {
            return handler.onStepBegan(event);
        }
        if (this instanceof StepDone event) {
            return handler.onStepDone(event);
        }
        if (this instanceof Decided event) {
            return handler.onDecided(event);
        }
        if (this instanceof Note event) {
            return handler.onNote(event);
        }
        if (this instanceof Warning event) {
            return handler.onWarning(event);
        }
        if (this instanceof ChannelFound event) {
            return handler.onChannelFound(event);
        }
        if (this instanceof CatchingUp event) {
            return handler.onCatchingUp(event);
        }
        if (this instanceof Compared event) {
            return handler.onCompared(event);
        }
        return handler.onFindings((Findings) this);
    }
}
