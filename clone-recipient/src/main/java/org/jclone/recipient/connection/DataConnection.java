package org.jclone.recipient.connection;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.BlockWriter;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.FileTable;
import org.jclone.recipient.apply.KeyBlocks;
import org.jclone.recipient.apply.SegmentWriter;

/**
 * A connection that receives blocks: the main one, or a worker. It belongs to its event loop but for what says
 * otherwise.
 */
public final class DataConnection extends CommandConnection {

    /** Longest sleep for a bandwidth limit; the donor gives up on a peer that reads nothing for a minute. */
    private static final long MAX_SLEEP_NANOS = 1_000_000_000L;

    private static final long PARKED_READ_SECONDS = 10;

    private final int number;
    private final Throttle throttle;

    private ConnectionListener listener;
    private BlockWriter writer;
    private Future<?> nextParkedRead;
    private boolean streaming;
    private boolean stateEnded;
    private boolean inState;
    private boolean failed;
    private volatile long lastReceivedNanos = System.nanoTime();
    private volatile long receivedDataBytes;

    /** @param number 0 for the main connection, from 1 for workers */
    public DataConnection(int number, Channel channel, ReceiveBuffers receiveBuffers, Throttle throttle) {
        super(channel, receiveBuffers);
        this.number = number;
        this.throttle = throttle;
    }

    /** For logs. */
    public int number() {
        return number;
    }

    /** Sends COM_EXECUTE; from now on the listener hears what comes, and blocks go to {@code files}. Any thread. */
    public void execute(
            ConnectionListener streamListener,
            FileTable files,
            SegmentWriter segmentWriter,
            KeyBlocks keyBlocks,
            ChunkMap chunks) {
        channel().eventLoop().execute(() -> {
            listener = streamListener;
            try {
                writer = new BlockWriter(files, segmentWriter, keyBlocks, chunks, this::fail);
            } catch (OutOfMemoryError e) { // of memory outside the heap; an event loop would only log it
                fail(e);
                return;
            }
            decoder().setSink(writer);
            if (closedBy().isPresent()) { // since its last answer, when nobody listened
                fail(closedBy().get());
                return;
            }
            streaming = true;
            inState = true; // the task descriptor comes at once
            lastReceivedNanos = System.nanoTime();
            decoder().send(ExecuteCommand.INSTANCE::encode);
        });
    }

    /** Goes on after a barrier. Any thread. */
    public void proceed() {
        channel().eventLoop().execute(() -> {
            lastReceivedNanos = System.nanoTime();
            decoder().resume(Pause.BARRIER);
        });
    }

    /** Bytes of data received so far. Any thread. */
    public long dataBytes() {
        return receivedDataBytes;
    }

    /**
     * Reads next to nothing until {@link #unpark}: a connection cannot be given back while the donor streams, and the
     * donor takes one that reads nothing for a minute for dead. Any thread.
     */
    public void park() {
        channel().eventLoop().execute(() -> {
            if (nextParkedRead == null) {
                pauseParked();
            }
        });
    }

    private void pauseParked() {
        decoder().pause(Pause.PARKED);
        nextParkedRead = channel().eventLoop().schedule(this::readParked, PARKED_READ_SECONDS, TimeUnit.SECONDS);
    }

    private void readParked() {
        lastReceivedNanos = System.nanoTime();
        decoder().resume(Pause.PARKED);
        pauseParked();
    }

    /** Reads as fast as it can again. Any thread. */
    public void unpark() {
        channel().eventLoop().execute(() -> {
            if (nextParkedRead != null) {
                nextParkedRead.cancel(false);
                nextParkedRead = null;
            }
            lastReceivedNanos = System.nanoTime();
            decoder().resume(Pause.PARKED);
        });
    }

    /**
     * Fails the connection if the donor owes us bytes and has been silent for too long. Any thread.
     *
     * @param within longest silence within a state
     * @param between longest silence between two states
     */
    public void checkSilence(Duration within, Duration between) {
        if (System.nanoTime() - lastReceivedNanos > within.toNanos()) {
            channel().eventLoop().execute(() -> {
                Duration timeout = inState ? within : between;
                boolean silent = System.nanoTime() - lastReceivedNanos > timeout.toNanos();
                if (silent && streaming && decoder().isReading()) {
                    fail(new ReadTimeoutException(timeout));
                }
            });
        }
    }

    @Override
    public void onResponse(CloneResponse response, int bytes) {
        if (!streaming) {
            super.onResponse(response, bytes);
        } else if (response instanceof DataDescriptorResponse described) {
            described.descriptor().accept(new StreamHandler());
        } else if (response instanceof CompleteResponse) {
            streaming = false;
            listener.onExecuteComplete(this);
        } else if (response instanceof ErrorResponse error) {
            streaming = false;
            fail(new CloneErrorResponseException(error));
        } else {
            throw new UnexpectedPacketException(
                    "COM_EXECUTE", response.getClass().getSimpleName());
        }
    }

    private final class StreamHandler implements CloneDescriptor.Handler<Void> {

        @Override
        public Void onTask(TaskDescriptor task) {
            inState = number != 0; // a donor that resumes on the main connection may be on its way to the next state
            return null;
        }

        @Override
        public Void onState(StateDescriptor state) {
            if (state.isAck()) {
                return null;
            }
            if (state.isStart()) {
                stateEnded = false;
                inState = true;
                decoder().pause(Pause.BARRIER);
                listener.onStateStart(DataConnection.this, state);
            } else if (stateEnded) { // the session may be busy, and would have to remember them all
                throw new UnexpectedPacketException("the end of a state before", "the end of " + state.state());
            } else if (writer.flush()) {
                stateEnded = true;
                inState = false;
                listener.onStateEnd(DataConnection.this, state);
            }
            return null;
        }

        @Override
        public Void onFile(FileDescriptor file) {
            try {
                listener.onFile(file);
            } catch (CloneException e) {
                fail(e);
            }
            return null;
        }

        @Override
        public Void onData(DataDescriptor data) {
            throw new UnexpectedPacketException("COM_EXECUTE", "a data descriptor out of turn");
        }

        @Override
        public Void onLocator(Locator locator) {
            throw new UnexpectedPacketException("COM_EXECUTE", "a locator");
        }
    }

    @Override
    public void onReceived(long dataBytes, long networkBytes) {
        lastReceivedNanos = System.nanoTime();
        long before = receivedDataBytes; // written by the event loop only
        receivedDataBytes = before + dataBytes;
        if (dataBytes > 0 && !stateEnded) { // bytes may be counted after the end that came behind them
            inState = true;
        }
        long wait = throttle.received(dataBytes, networkBytes);
        if (wait > 0) {
            decoder().pause(Pause.THROTTLE);
            sleepUntil(System.nanoTime() + wait, throttle.generation());
        }
    }

    private void sleepUntil(long wakeNanos, int generation) {
        long left = wakeNanos - System.nanoTime();
        if (left <= 0 || throttle.generation() != generation) {
            lastReceivedNanos = System.nanoTime();
            decoder().resume(Pause.THROTTLE);
        } else {
            channel()
                    .eventLoop()
                    .schedule(
                            () -> sleepUntil(wakeNanos, generation),
                            Math.min(left, MAX_SLEEP_NANOS),
                            TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void onClosed(Throwable cause) {
        super.onClosed(cause);
        if (streaming) {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        if (!failed) {
            failed = true;
            decoder().pause(Pause.BARRIER);
            listener.onFailure(this, cause);
        }
    }

    @Override
    public CompletableFuture<Void> abandon() {
        channel().eventLoop().execute(() -> {
            failed = true;
            streaming = false;
            decoder().pause(Pause.BARRIER);
            if (writer != null) {
                writer.writeWhole();
            }
        });
        return super.abandon();
    }
}
