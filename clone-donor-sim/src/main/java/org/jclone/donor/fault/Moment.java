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
 * When a fault happens: at packets that are of some kind, each connection counting them by itself.
 *
 * @param first of the packets that fit, from 1
 * @param last of the packets that fit
 */
public record Moment(String description, ToIntFunction<Outgoing> position, long first, long last) {

    static final int NEVER = -1;

    /** The packet with this number on its connection; the greeting is 1. */
    public static Moment message(long ordinal) {
        return packets("message " + ordinal, outgoing -> outgoing.ordinal() == ordinal);
    }

    /** Each packet. */
    public static Moment everyMessage() {
        return packets("a message", outgoing -> true).onwards();
    }

    /** When this many bytes have been sent on the connection, which may be within a packet. */
    public static Moment afterByte(long count) {
        return first("byte " + count, outgoing -> {
            long within = count - outgoing.firstByte();
            return within >= 0 && within < outgoing.length() ? (int) within : NEVER;
        });
    }

    /** A message of clone mode by its code; for {@link CloneResponseCode#DATA} see {@link #data}. */
    public static Moment response(CloneResponseCode code) {
        return packets(
                "response " + code,
                outgoing -> outgoing.message() instanceof CloneResponse response && response.code() == code);
    }

    public static Moment stateStart(SnapshotState state) {
        return states("start of " + state, found -> found.state() == state && found.isStart() && !found.isAck());
    }

    public static Moment stateEnd(SnapshotState state) {
        return states("end of " + state, found -> found.state() == state && !found.isStart() && !found.isAck());
    }

    public static Moment keepAlive() {
        return states("keep-alive", StateDescriptor::isAck);
    }

    /** Metadata of a file whose state is this one; DDL is announced with the next state. */
    public static Moment file(SnapshotState state) {
        return packets(
                "file of " + state,
                outgoing -> outgoing.descriptor(FileDescriptor.class)
                        .filter(file -> file.state() == state)
                        .isPresent());
    }

    /** A data descriptor. */
    public static Moment dataDescriptor(SnapshotState state) {
        return packets(
                "data descriptor of " + state,
                outgoing -> outgoing.descriptor(DataDescriptor.class)
                        .filter(data -> data.state() == state)
                        .isPresent());
    }

    /** The data behind a data descriptor. */
    public static Moment data(SnapshotState state) {
        return packets(
                "data of " + state,
                outgoing -> outgoing.message() instanceof DataBlock block
                        && block.descriptor().state() == state);
    }

    /** From the start of a state, as the connection is told, to the start of the next. */
    public static Moment during(SnapshotState state) {
        return packets("a message during " + state, outgoing -> outgoing.state() == state)
                .onwards();
    }

    /** Only the one with this number of those that fit, from 1. */
    public Moment nth(long number) {
        return new Moment(description + " no. " + number, position, number, number);
    }

    /** All of those that fit, not only the first. */
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
