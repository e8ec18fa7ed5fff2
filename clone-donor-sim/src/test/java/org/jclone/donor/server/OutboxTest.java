package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import org.jclone.donor.fault.ConnectionFaults;
import org.jclone.donor.fault.FaultScript;
import org.jclone.protocol.packet.OkPacket;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outbox outbox = new Outbox(channel, new ConnectionFaults(FaultScript.of(), 1, () -> {}), () -> {});

    private ChannelFuture send() {
        return outbox.send(1, OkPacket.class, out -> out.writeByte(0));
    }

    /** The error of a clone that a restart ends must reach none of its connections. */
    @Test
    void sendsNothingOnceItIsSilent() {
        assertThat(send().isSuccess()).isTrue();
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.readableBytes()).isEqualTo(5);
        sent.release();

        outbox.silence();
        assertThat(send().cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(channel.<ByteBuf>readOutbound()).isNull();
    }
}
