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
    record StepBegan(Step step, boolean repeated) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onStepBegan(this);
        }
    }

    /** A step is complete. */
    record StepDone(Step step, Duration elapsed) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onStepDone(this);
        }
    }

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

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onDecided(this);
        }
    }

    /** Something that the operator should know. */
    record Note(Step step, String text) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onNote(this);
        }
    }

    /** Something that may need an action. */
    record Warning(Step step, String text, String hint) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onWarning(this);
        }
    }

    /** A channel of the donor, seen there or in the clone. */
    record ChannelFound(Step step, ChannelReport channel) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onChannelFound(this);
        }
    }

    /**
     * How far the new server is behind.
     *
     * @param missing transactions of the source that it lacks; -1 if unknown
     * @param lag as its channels report it; empty while a channel does not know
     */
    record CatchingUp(long missing, Duration sinceProgress, Optional<Duration> lag) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onCatchingUp(this);
        }
    }

    /**
     * The target's old data was compared with the source.
     *
     * @param missing transactions that only the source has
     * @param errant transactions that only the target has
     */
    record Compared(Step step, long missing, long errant) implements ProvisionEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onCompared(this);
        }
    }

    /** All problems that prevent the run. Nothing was changed. */
    record Findings(List<String> problems) implements ProvisionEvent {

        public Findings {
            problems = List.copyOf(problems);
        }

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onFindings(this);
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
    <T> T accept(Handler<T> handler);
}
