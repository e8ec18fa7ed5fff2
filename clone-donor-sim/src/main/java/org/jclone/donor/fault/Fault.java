package org.jclone.donor.fault;

/**
 * A fault: on which connections, at which moment, and what happens.
 *
 * <pre>{@code
 * Fault.on(main()).at(stateEnd(FILE_COPY)).then(reset())
 * Fault.on(number(2)).at(response(COMPLETE).nth(2)).then(drop())
 * Fault.on(any()).at(afterByte(1000)).then(close())
 * }</pre>
 */
public record Fault(Connections connections, Moment moment, Action action) {

    /** Starts building a fault. */
    public static On on(Connections connections) {
        return new On(connections);
    }

    /** A fault that still lacks a moment and an action. */
    public record On(Connections connections) {

        /**
         * {@return the fault with its moment}
         *
         * @param moment when it happens
         */
        public At at(Moment moment) {
            return new At(connections, moment);
        }
    }

    /** A fault that still lacks an action. */
    public record At(Connections connections, Moment moment) {

        /**
         * {@return the complete fault}
         *
         * @param action what happens
         */
        public Fault then(Action action) {
            return new Fault(connections, moment, action);
        }
    }

    @Override
    public String toString() {
        return "on " + connections + " at " + moment + ": " + action;
    }
}
