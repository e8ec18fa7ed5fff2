package org.jclone.recipient.connection;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
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

/** A connection that receives blocks: the main one, or a worker. Methods run on its event loop unless they say otherwise. */
public final class DataConnection extends CommandConnection {

    /** Longest sleep for a bandwidth limit. The donor gives up on a peer that reads nothing for a minute. */
    private static final long MAX_SLEEP_NANOS = 1_000_000_000L;

    private static final long PARKED_READ_SECONDS = 10;

    private final int number;
    private final Throttle throttle;
    private final LongSupplier nanoClock;

    private ConnectionListener listener;
    private BlockWriter writer;
    private Future<?> nextParkedRead;
    private boolean streaming;
    private boolean stateEnded;
    private boolean inState;
    private boolean failed;
    private volatile long lastReceivedNanos;
    private volatile long receivedDataBytes;

    /** @param number 0 for the main connection, from 1 for workers */
    public DataConnection(
            int number, Channel channel, ReceiveBuffers receiveBuffers, Throttle throttle, LongSupplier nanoClock) {
        super(channel, receiveBuffers);
        this.number = number;
        this.throttle = throttle;
        this.nanoClock = nanoClock;
        this.lastReceivedNanos = nanoClock.getAsLong();
    }

    /** For logs. */
    public int number() {
        return number;
    }

    /**
     * Sends COM_EXECUTE. From now on the listener learns what arrives, and blocks go to a writer. Any thread.
     *
     * @param writers creates the writer, given whom to tell that a write failed
     */
    public void execute(ConnectionListener streamListener, Function<Consumer<CloneException>, BlockWriter> writers) {
        channel().eventLoop().execute(() -> {
            listener = streamListener;
            try {
                writer = writers.apply(this::fail);
            } catch (OutOfMemoryError e) { // outside the heap; an event loop would only log it
                fail(e);
                return;
            }
            decoder().setSink(writer);
            if (closedBy().isPresent()) { // between its last answer and now, unnoticed
                fail(closedBy().get());
                return;
            }
            streaming = true;
            inState = true; // the task descriptor comes at once
            lastReceivedNanos = nanoClock.getAsLong();
            decoder().send(ExecuteCommand.INSTANCE::encode);
        });
    }

    /** Continues after a barrier. Any thread. */
    public void proceed() {
        channel().eventLoop().execute(() -> {
            lastReceivedNanos = nanoClock.getAsLong();
            decoder().resume(Pause.BARRIER);
        });
    }

    /** Returns the bytes of data received so far. Any thread. */
    public long dataBytes() {
        return receivedDataBytes;
    }

    /**
     * Reads almost nothing until {@link #unpark}. A connection cannot be closed while the donor streams, and the donor
     * gives up on one that reads nothing for a minute. Any thread.
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
        lastReceivedNanos = nanoClock.getAsLong();
        decoder().resume(Pause.PARKED);
        pauseParked();
    }

    /** Reads at full speed again. Any thread. */
    public void unpark() {
        channel().eventLoop().execute(() -> {
            if (nextParkedRead != null) {
                nextParkedRead.cancel(false);
                nextParkedRead = null;
            }
            lastReceivedNanos = nanoClock.getAsLong();
            decoder().resume(Pause.PARKED);
        });
    }

    /**
     * Fails the connection if the donor owes bytes and has been silent for too long. Any thread.
     *
     * @param within longest silence within a state
     * @param between longest silence between two states
     */
    public void checkSilence(Duration within, Duration between) {
        if (nanoClock.getAsLong() - lastReceivedNanos > within.toNanos()) {
            channel().eventLoop().execute(() -> {
                Duration timeout = inState ? within : between;
                boolean silent = nanoClock.getAsLong() - lastReceivedNanos > timeout.toNanos();
                if (silent && streaming && decoder().isReading()) {
                    fail(DonorTimeoutException.silence(timeout));
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
            } else if (stateEnded) { // a busy session would have to queue them all
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
        lastReceivedNanos = nanoClock.getAsLong();
        long before = receivedDataBytes; // written by the event loop only
        receivedDataBytes = before + dataBytes;
        if (dataBytes > 0 && !stateEnded) { // bytes may be counted after the end that followed them
            inState = true;
        }
        long wait = throttle.received(dataBytes, networkBytes);
        if (wait > 0) {
            decoder().pause(Pause.THROTTLE);
            sleepUntil(nanoClock.getAsLong() + wait, throttle.generation());
        }
    }

    private void sleepUntil(long wakeNanos, int generation) {
        long left = wakeNanos - nanoClock.getAsLong();
        if (left <= 0 || throttle.generation() != generation) {
            lastReceivedNanos = nanoClock.getAsLong();
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
