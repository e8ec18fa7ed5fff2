package org.jclone.donor.fault;

import java.time.Duration;
import org.jclone.protocol.wire.Bytes;

/** One step of the delivery of a packet. Steps run in order. */
public sealed interface Step {

    /** Calls the method of {@code handler} for this kind of step. */
    <R> R accept(Handler<R> handler);

    /** One method per kind of step. */
    interface Handler<R> {

        /**
         * Sends.
         *
         * @param step how
         * @return the result of {@code accept}
         */
        R onSend(Send step);

        /**
         * Sends nothing for a while.
         *
         * @param step how
         * @return the result of {@code accept}
         */
        R onStall(Stall step);

        /**
         * Closes the connection.
         *
         * @param step how
         * @return the result of {@code accept}
         */
        R onClose(Close step);

        /**
         * Answers with an error.
         *
         * @param step how
         * @return the result of {@code accept}
         */
        R onRefuse(Refuse step);

        /**
         * Behaves as after a restart of the server.
         *
         * @param step how
         * @return the result of {@code accept}
         */
        R onRestart(Restart step);
    }

    /** Sends bytes and flushes them. */
    record Send(Bytes bytes) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onSend(this);
        }
    }

    /** Pauses this connection only. */
    record Stall(Duration duration) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onStall(this);
        }
    }

    /**
     * Ends the connection.
     *
     * @param reset {@code true} to close with RST, which discards data in flight; {@code false} to close with FIN
     */
    record Close(boolean reset) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onClose(this);
        }
    }

    /** Makes the donor fail at this point as if with an error of its own. */
    record Refuse(int errorCode, String message) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRefuse(this);
        }
    }

    /** Restarts the donor: all connections end without an error, all clones are lost, and ids count from 1 again. */
    record Restart() implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRestart(this);
        }
    }
}
