package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.wire.MalformedPacketException;

/** Records in order what a stream decoder reports, and runs a test's action on each report. */
final class StreamRecorder implements CloneStreamListener {

    /** Responses, and answers to statements as hex digits. */
    final List<Object> received = new ArrayList<>();

    final List<Throwable> closed = new ArrayList<>();
    long dataBytes;
    long networkBytes;
    int reportsAfterClose;

    Runnable whenResponse = () -> {};
    Runnable whenReceived = () -> {};

    @Override
    public void onResponse(CloneResponse response, int bytes) {
        note(response);
        whenResponse.run();
    }

    @Override
    public void onStatementAnswer(ByteBuf payload) {
        note(Hex.dump(payload));
    }

    private void note(Object event) {
        received.add(event);
        reportsAfterClose += closed.size();
    }

    @Override
    public void onReceived(long data, long network) {
        dataBytes += data;
        networkBytes += network;
        reportsAfterClose += closed.size();
        whenReceived.run();
    }

    @Override
    public void onClosed(Throwable cause) {
        closed.add(cause);
    }

    void assertEndedOnce() {
        assertThat(closed).as("reports of the end").hasSize(1);
        assertThat(reportsAfterClose).as("reports after the end").isZero();
    }

    void assertEndedBy(String field, int offset, String reason) {
        assertThat(closed).singleElement().isInstanceOfSatisfying(MalformedPacketException.class, failure -> {
            assertThat(failure.field() + '@' + failure.offset()).isEqualTo(field + '@' + offset);
            assertThat(failure).hasMessageContaining(reason);
        });
    }
}
