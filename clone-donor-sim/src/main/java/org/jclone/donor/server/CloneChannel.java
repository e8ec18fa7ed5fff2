package org.jclone.donor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
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
 * The recipient behind a channel. A sender blocks when too much is unsent, so a slow recipient slows down the donor
 * instead of filling its memory. Every response has sequence id 0.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.3 and 2.5.
 */
final class CloneChannel implements ClonePeer {

    /** Unsent bytes at which the sender blocks: a few blocks. */
    private static final int MAX_UNSENT_BYTES = 4 << 20;

    private static final int FIRST_SEQUENCE_ID = 0;

    /** How long the recipient may stall without reading anything. */
    private static final long WRITE_TIMEOUT_SECONDS = 60;

    private record Unsent(ChannelFuture future, int bytes) {}

    private final Channel channel;
    private final Outbox outbox;
    private final String name;
    private final Deque<Unsent> unsent = new ArrayDeque<>();
    private int unsentBytes;

    /** @param name account and address of the recipient */
    CloneChannel(Channel channel, Outbox outbox, String name) {
        this.channel = channel;
        this.outbox = outbox;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isSecure() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void send(CloneResponse response) throws DonorErrorException {
        send(response, outbox.packet(FIRST_SEQUENCE_ID, response::encode));
        awaitRoom();
    }

    @Override
    public void sendBlock(DataDescriptor descriptor, BlockReader reader, Runnable done) throws DonorErrorException {
        boolean handedOver = false;
        try {
            ByteBuf packet = readBlock(descriptor, (int) descriptor.dataLength(), reader);
            ChannelFuture sending = send(new DataBlock(descriptor), packet);
            handedOver = true;
            sending.addListener(sent -> done.run());
        } finally {
            if (!handedOver) {
                done.run();
            }
        }
        awaitRoom();
    }

    /** Builds the packet with the data. */
    private ByteBuf readBlock(DataDescriptor descriptor, int length, BlockReader reader) throws DonorErrorException {
        ByteBuf packet = channel.alloc().directBuffer(PacketHeader.LENGTH + 1 + length);
        try {
            packet.writeZero(PacketHeader.LENGTH);
            packet.writeByte(CloneResponseCode.DATA.wireCode());
            reader.read(packet.nioBuffer(packet.writerIndex(), length));
            packet.writerIndex(packet.writerIndex() + length);
            Outbox.complete(packet, FIRST_SEQUENCE_ID);
            send(DataDescriptorResponse.innodb(descriptor));
            return packet;
        } catch (IOException e) {
            packet.release();
            throw new DonorErrorException(CloneError.ER_ERROR_ON_READ, "cannot read: " + e.getMessage(), e);
        } catch (DonorErrorException | RuntimeException e) {
            packet.release();
            throw e;
        }
    }

    private ChannelFuture send(Object message, ByteBuf packet) throws DonorErrorException {
        int bytes = packet.readableBytes();
        ChannelFuture future = outbox.write(message, packet);
        unsent.add(new Unsent(future, bytes));
        unsentBytes += bytes;
        return future;
    }

    private void awaitRoom() throws DonorErrorException {
        while (!unsent.isEmpty()
                && (unsentBytes > MAX_UNSENT_BYTES || unsent.peek().future().isDone())) {
            Unsent oldest = unsent.remove();
            boolean sent = oldest.future().awaitUninterruptibly(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            unsentBytes -= oldest.bytes();
            if (!sent) {
                throw new DonorErrorException(
                        CloneError.ER_NET_WRITE_INTERRUPTED,
                        "the recipient has taken nothing for " + WRITE_TIMEOUT_SECONDS + " s");
            }
            if (!oldest.future().isSuccess()) {
                throw DonorErrorException.connectionLost();
            }
        }
    }
}
