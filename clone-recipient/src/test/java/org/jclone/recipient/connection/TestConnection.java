package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.progress.ProgressTracker;

/** A data connection whose donor is the test: it says what it likes, and sees what the connection sent. */
public final class TestConnection {

    public final EmbeddedChannel channel = new EmbeddedChannel();
    public final DataConnection connection;
    final Throttle throttle;

    /** The time by the connection's clock, in nanoseconds. */
    public long nanos;

    public TestConnection(int number) {
        this(number, BandwidthLimits.NONE);
    }

    TestConnection(int number, BandwidthLimits limits) {
        ProgressTracker progress = new ProgressTracker(Clock.systemUTC(), () -> 0);
        throttle = new Throttle(limits, progress, () -> nanos);
        connection = new DataConnection(number, channel, new ReceiveBuffers(), throttle, () -> nanos);
        channel.pipeline().addLast(connection.decoder());
    }

    /** Releases what the test did not take. Call it after each test: another test may look for leaked buffers. */
    public void release() {
        channel.finishAndReleaseAll();
    }

    /** Lets time pass, for the connection's clock and its event loop, which must stand still otherwise. */
    void advance(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    /** Does what the event loop has to do by now. */
    public void runTasks() {
        channel.runPendingTasks();
    }

    /** Whether the connection reads what comes. */
    public boolean isReading() {
        runTasks();
        return connection.decoder().isReading();
    }

    public void donorSends(CloneResponse... responses) {
        for (CloneResponse response : responses) {
            ByteBuf packet = Unpooled.buffer().writeZero(PacketHeader.LENGTH);
            response.encode(packet);
            packet.setMediumLE(0, packet.readableBytes() - PacketHeader.LENGTH);
            channel.writeInbound(packet);
        }
        runTasks();
    }

    /** Sends a payload to which SQL's sequence ids apply. */
    void donorAnswersStatement(byte... payload) {
        channel.writeInbound(
                Unpooled.buffer().writeMediumLE(payload.length).writeByte(1).writeBytes(payload));
        runTasks();
    }

    /** Asserts that the next packet that was sent is this command. */
    public void assertSent(CloneCommand command) {
        ByteBuf expected = Unpooled.buffer();
        command.encode(expected);
        assertThat(nextSent()).isEqualTo(ByteBufUtil.hexDump(expected));
    }

    /** The payload of the next packet that was sent, as hex digits. */
    String nextSent() {
        runTasks();
        ByteBuf packet = channel.readOutbound();
        assertThat(packet).as("a packet").isNotNull();
        assertThat(packet.getUnsignedByte(3)).as("sequence id").isZero();
        String payload = ByteBufUtil.hexDump(packet.skipBytes(PacketHeader.LENGTH));
        packet.release();
        return payload;
    }

    public void assertNothingSent() {
        runTasks();
        assertThat(channel.<ByteBuf>readOutbound()).as("a packet").isNull();
    }
}
