package org.jclone.donor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jclone.donor.clone.ClonePeer;
import org.jclone.donor.clone.DonorErrorException;
import org.jclone.donor.fault.DataBlock;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.packet.PacketHeader;

/**
 * The recipient behind a channel. Whoever sends waits when too much is on its way, so that a slow recipient slows the donor
 * down and fills no memory. Every response has sequence id 0.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 2.3.
 */
final class CloneChannel implements ClonePeer {

    /** What may be on its way before the sender waits: a few blocks. */
    private static final int MAX_UNSENT_BYTES = 4 << 20;

    private static final int FIRST_SEQUENCE_ID = 0;

    private record Unsent(ChannelFuture future, int bytes) {}

    private final Channel channel;
    private final Outbox outbox;
    private final Deque<Unsent> unsent = new ArrayDeque<>();
    private int unsentBytes;

    CloneChannel(Channel channel, Outbox outbox) {
        this.channel = channel;
        this.outbox = outbox;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void send(CloneResponse response) throws DonorErrorException {
        send(response, outbox.packet(FIRST_SEQUENCE_ID, response::encode));
    }

    @Override
    public void sendBlock(DataDescriptor descriptor, BlockReader reader) throws DonorErrorException {
        int length = (int) descriptor.dataLength();
        ByteBuf packet = channel.alloc().directBuffer(PacketHeader.LENGTH + 1 + length);
        try {
            packet.writeZero(PacketHeader.LENGTH);
            packet.writeByte(CloneResponseCode.DATA.wireCode());
            reader.read(packet.nioBuffer(packet.writerIndex(), length));
            packet.writerIndex(packet.writerIndex() + length);
            Outbox.complete(packet, FIRST_SEQUENCE_ID);
            send(DataDescriptorResponse.innodb(descriptor));
        } catch (IOException e) {
            packet.release();
            throw new DonorErrorException(CloneError.ER_ERROR_ON_READ, "cannot read: " + e.getMessage(), e);
        } catch (DonorErrorException | RuntimeException e) {
            packet.release();
            throw e;
        }
        send(new DataBlock(descriptor), packet);
    }

    private void send(Object message, ByteBuf packet) throws DonorErrorException {
        int bytes = packet.readableBytes();
        unsent.add(new Unsent(outbox.write(message, packet), bytes));
        unsentBytes += bytes;
        while (!unsent.isEmpty()
                && (unsentBytes > MAX_UNSENT_BYTES || unsent.peek().future().isDone())) {
            Unsent oldest = unsent.remove();
            oldest.future().awaitUninterruptibly();
            unsentBytes -= oldest.bytes();
            if (!oldest.future().isSuccess()) {
                throw DonorErrorException.connectionLost();
            }
        }
    }
}
