package org.jclone.donor.fault;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;

/**
 * When a fault happens: at packets of some kind. Each connection counts its own packets.
 *
 * @param first the first matching packet that the fault strikes, from 1
 * @param last the last matching packet that the fault strikes
 */
public record Moment(String description, ToIntFunction<Outgoing> position, long first, long last) {

    static final int NEVER = -1;

    /** Matches the packet with this number on its connection. The greeting is number 1. */
    public static Moment message(long ordinal) {
        return packets("message " + ordinal, outgoing -> outgoing.ordinal() == ordinal);
    }

    /** Matches every packet. */
    public static Moment everyMessage() {
        return packets("a message", outgoing -> true).onwards();
    }

    /** Matches once this many bytes have been sent on the connection, possibly within a packet. */
    public static Moment afterByte(long count) {
        return first("byte " + count, outgoing -> {
            long within = count - outgoing.firstByte();
            return within >= 0 && within < outgoing.length() ? (int) within : NEVER;
        });
    }

    /** Matches a message of clone mode by its code. For {@link CloneResponseCode#DATA}, use {@link #data}. */
    public static Moment response(CloneResponseCode code) {
        return packets(
                "response " + code,
                outgoing -> outgoing.message() instanceof CloneResponse response && response.code() == code);
    }

    /**
     * Matches the descriptor that begins a state.
     *
     * @param state the state
     * @return the moment
     */
    public static Moment stateStart(SnapshotState state) {
        return states("start of " + state, found -> found.state() == state && found.isStart() && !found.isAck());
    }

    /**
     * Matches the descriptor that ends a state.
     *
     * @param state the state
     * @return the moment
     */
    public static Moment stateEnd(SnapshotState state) {
        return states("end of " + state, found -> found.state() == state && !found.isStart() && !found.isAck());
    }

    /**
     * Matches a sign of life while a task waits.
     *
     * @return the moment
     */
    public static Moment keepAlive() {
        return states("keep-alive", StateDescriptor::isAck);
    }

    /** Matches the metadata of a file in this state. The metadata of DDL belongs to the next state. */
    public static Moment file(SnapshotState state) {
        return packets(
                "file of " + state,
                outgoing -> outgoing.descriptor(FileDescriptor.class)
                        .filter(file -> file.state() == state)
                        .isPresent());
    }

    /** Matches a data descriptor. */
    public static Moment dataDescriptor(SnapshotState state) {
        return packets(
                "data descriptor of " + state,
                outgoing -> outgoing.descriptor(DataDescriptor.class)
                        .filter(data -> data.state() == state)
                        .isPresent());
    }

    /** Matches the data that follows a data descriptor. */
    public static Moment data(SnapshotState state) {
        return packets(
                "data of " + state,
                outgoing -> outgoing.message() instanceof DataBlock block
                        && block.descriptor().state() == state);
    }

    /** Matches every packet from the announced start of this state to the start of the next. */
    public static Moment during(SnapshotState state) {
        return packets("a message during " + state, outgoing -> outgoing.state() == state)
                .onwards();
    }

    /** Restricts this moment to the match with this number, from 1. */
    public Moment nth(long number) {
        return new Moment(description + " no. " + number, position, number, number);
    }

    /** Extends this moment to all matches, not only the first. */
    public Moment onwards() {
        return last == Long.MAX_VALUE ? this : new Moment("each " + description, position, first, Long.MAX_VALUE);
    }

    private static Moment states(String description, Predicate<StateDescriptor> test) {
        return packets(
                description,
                outgoing ->
                        outgoing.descriptor(StateDescriptor.class).filter(test).isPresent());
    }

    private static Moment packets(String description, Predicate<Outgoing> test) {
        return first(description, outgoing -> test.test(outgoing) ? 0 : NEVER);
    }

    private static Moment first(String description, ToIntFunction<Outgoing> position) {
        return new Moment(description, position, 1, 1);
    }

    @Override
    public String toString() {
        return description;
    }
}
