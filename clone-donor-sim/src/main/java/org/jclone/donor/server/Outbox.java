package org.jclone.donor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.donor.clone.DonorErrorException;
import org.jclone.donor.fault.ConnectionFaults;
import org.jclone.donor.fault.Step;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.PacketHeader;

/**
 * Encodes the messages of one connection and sends them as its faults prescribe. Any thread, one at a time.
 */
final class Outbox {

    private static final int SMALL_PACKET_BYTES = 256;
    private static final String GENERAL_SQL_STATE = "HY000";

    private final Channel channel;
    private final ConnectionFaults faults;
    private final Runnable restart;
    private volatile boolean silent;

    /** @param restart restarts the donor */
    Outbox(Channel channel, ConnectionFaults faults, Runnable restart) {
        this.channel = channel;
        this.faults = faults;
        this.restart = restart;
    }

    ConnectionFaults faults() {
        return faults;
    }

    /** Sends nothing from now on. Any thread. */
    void silence() {
        silent = true;
    }

    /** Sends a packet of SQL or of the connection phase. */
    ChannelFuture send(int sequenceId, Object message, Consumer<ByteBuf> payload) {
        try {
            return write(message, packet(sequenceId, payload));
        } catch (DonorErrorException refused) {
            ErrPacket error = new ErrPacket(refused.errorCode(), GENERAL_SQL_STATE, refused.getMessage());
            return channel.writeAndFlush(packet(sequenceId, out -> ErrPacket.CODEC.encode(error, out)));
        }
    }

    /**
     * Sends a packet.
     *
     * @param message see {@link org.jclone.donor.fault.Outgoing#message()}
     * @param packet packet with its header; takes ownership
     * @return completes when all of it was passed to the kernel
     * @throws DonorErrorException if a fault makes the donor fail here
     */
    ChannelFuture write(Object message, ByteBuf packet) throws DonorErrorException {
        if (silent) {
            packet.release();
            return channel.newFailedFuture(new ClosedChannelException());
        }
        Optional<List<Step>> steps;
        try {
            steps = faults.plan(message, packet.readableBytes(), () -> ByteBufUtil.getBytes(packet));
        } catch (RuntimeException e) {
            packet.release();
            throw e;
        }
        if (steps.isEmpty()) {
            return channel.writeAndFlush(packet);
        }
        packet.release();
        ChannelFuture last = channel.newSucceededFuture();
        for (Step step : steps.get()) {
            if (step instanceof Step.Refuse refuse) {
                throw new DonorErrorException(refuse.errorCode(), refuse.message());
            }
            if (step instanceof Step.Restart) {
                restart.run();
                return channel.newFailedFuture(new ClosedChannelException());
            }
            last = channel.writeAndFlush(step);
        }
        return last;
    }

    /** Encodes a packet with its header. No message of a donor reaches 16 MiB. */
    ByteBuf packet(int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf packet = channel.alloc().buffer(SMALL_PACKET_BYTES);
        try {
            packet.writeZero(PacketHeader.LENGTH);
            payload.accept(packet);
            return complete(packet, sequenceId);
        } catch (RuntimeException e) {
            packet.release();
            throw e;
        }
    }

    /** Fills in the header in front of the payload. */
    static ByteBuf complete(ByteBuf packet, int sequenceId) {
        int length = packet.readableBytes() - PacketHeader.LENGTH;
        if (length >= PacketHeader.MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException("payload of " + length + " bytes (expected: < 16 MiB - 1)");
        }
        return packet.setMediumLE(0, length).setByte(3, sequenceId);
    }
}
