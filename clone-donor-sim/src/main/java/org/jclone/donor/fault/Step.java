package org.jclone.donor.fault;

import java.time.Duration;
import org.jclone.protocol.wire.Bytes;

/** What is done instead of just sending a packet; steps follow each other. */
public sealed interface Step {

    /** Calls the one method of {@code handler} that fits. */
    <R> R accept(Handler<R> handler);

    /** One method per kind of step. */
    interface Handler<R> {

        R onSend(Send step);

        R onStall(Stall step);

        R onClose(Close step);

        R onRefuse(Refuse step);

        R onRestart(Restart step);
    }

    /** Bytes, flushed by themselves. */
    record Send(Bytes bytes) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onSend(this);
        }
    }

    /** Silence, on this connection alone. */
    record Stall(Duration duration) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onStall(this);
        }
    }

    /**
     * The end of the connection.
     *
     * @param reset with RST, which loses what is under way, else with FIN
     */
    record Close(boolean reset) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onClose(this);
        }
    }

    /** The donor fails by itself at this point, as if it had an error of its own. */
    record Refuse(int errorCode, String message) implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRefuse(this);
        }
    }

    /** The donor restarts: all connections end without a word, all clones are gone, ids are counted from 1 again. */
    record Restart() implements Step {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRestart(this);
        }
    }
}
