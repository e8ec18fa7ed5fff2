package org.jclone.protocol.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.protocol.clone.response.DataResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * Prints a recording line by line: time, connection, direction, number, sequence id, length and meaning. It shows only
 * the first data messages of a clone, and totals at the end. It prints neither passwords nor data.
 */
public final class RecordingPrinter {

    /**
     * The amount of output.
     *
     * @param maxPackets show data up to this message number of each connection and direction, and only count it
     *     afterwards
     * @param showAll true to show all data messages
     */
    public record Options(int maxPackets, boolean showAll) {

        private static final int DEFAULT_MAX_PACKETS = 60;

        public Options {
            if (maxPackets < 0) {
                throw new IllegalArgumentException("maxPackets: " + maxPackets + " (expected: >= 0)");
            }
        }

        public static Options defaults() {
            return new Options(DEFAULT_MAX_PACKETS, false);
        }
    }

    private final Appendable out;
    private final Options options;
    private final RecordingTotals totals = new RecordingTotals();
    private final Map<Integer, SnapshotState> dataStates = new TreeMap<>();

    /** The data messages of each connection that were skipped since the last printed line. */
    private final Map<Integer, Long> hidden = new TreeMap<>();

    private RecordingPrinter(Appendable out, Options options) {
        this.out = out;
        this.options = options;
    }

    /**
     * Prints {@code file} to {@code out}.
     *
     * @return the totals printed at the end
     * @throws MalformedRecordingException if the file is not a recording or is damaged; the readable part has been
     *     printed
     */
    public static RecordingTotals print(Path file, Appendable out, Options options) throws IOException {
        RecordingPrinter printer = new RecordingPrinter(out, options);
        try (TeeRecording recording = TeeRecording.open(file)) {
            printer.print(recording);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return printer.totals;
    }

    private void print(TeeRecording recording) throws IOException {
        ConversationDecoder decoder = new ConversationDecoder(new Listener());
        try {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                decoder.onRecord(next.get());
            }
        } finally {
            printHidden();
            totals.onEnd(decoder);
            totals.print(out);
        }
    }

    private void printLine(long timeMicros, int connection, String text) throws IOException {
        printHidden();
        String line = String.format(Locale.ROOT, "%10.3f ms  c%d %s", timeMicros / 1000.0, connection, text);
        out.append(line.stripTrailing()).append('\n');
    }

    private void printHidden() throws IOException {
        for (Map.Entry<Integer, Long> each : hidden.entrySet()) {
            int connection = each.getKey();
            out.append(String.format(
                    Locale.ROOT,
                    "        ... c%d: %d data messages of %s not shown\n",
                    connection,
                    each.getValue(),
                    dataStates.get(connection)));
        }
        hidden.clear();
    }

    private void printPacket(RecordedPacket packet) throws IOException {
        totals.onPacket(packet);
        if (isData(packet) && packet.number() > options.maxPackets() && !options.showAll()) {
            hidden.merge(packet.connection(), 1L, Long::sum);
            return;
        }
        printLine(
                packet.timeMicros(),
                packet.connection(),
                String.format(
                        Locale.ROOT,
                        "%s #%-5d seq=%-3d len=%-8d %s %s",
                        packet.direction().sign(),
                        packet.number(),
                        packet.sequenceId(),
                        packet.payload().readableBytes(),
                        packet.message().accept(MessageKind.INSTANCE),
                        packet.message().accept(MessageText.INSTANCE)));
    }

    /** Returns whether {@code packet} is data or announces it. Remembers the state to which it belongs. */
    private boolean isData(RecordedPacket packet) {
        Optional<DataDescriptor> announced = RecordingTotals.announcedBy(packet.message());
        announced.ifPresent(data -> dataStates.put(packet.connection(), data.state()));
        return announced.isPresent()
                || packet.message() instanceof RecordedMessage.FromCloneMode clone
                        && clone.response() instanceof DataResponse;
    }

    private static String describe(TeeRecord event) {
        String text = switch (event.kind()) {
            case OPENED -> " connection opened";
            case RECIPIENT_FINISHED -> " recipient closed its side";
            case DONOR_FINISHED -> " donor closed its side";
            case CLOSED -> " connection closed";
            case FROM_DONOR, FROM_RECIPIENT -> throw new IllegalArgumentException("bytes are not an event");
        };
        return event.data().isEmpty()
                ? text
                : text + ": " + Quoted.of(new String(event.data().toByteArray(), StandardCharsets.UTF_8));
    }

    /** Passes failures of {@link #out} through the decoder. */
    private final class Listener implements ConversationListener {

        @Override
        public void onConnection(TeeRecord event) {
            orUnchecked(() -> printLine(event.timeMicros(), event.connection(), describe(event)));
        }

        @Override
        public void onPacket(RecordedPacket packet) {
            orUnchecked(() -> printPacket(packet));
        }

        @Override
        public void onOpaque(long timeMicros, int connection, String reason) {
            orUnchecked(() -> printLine(timeMicros, connection, " " + reason));
        }

        @Override
        public void onProblem(long timeMicros, int connection, Direction direction, String problem) {
            totals.onProblem();
            orUnchecked(() -> printLine(timeMicros, connection, direction.sign() + " PROBLEM " + problem));
        }

        private void orUnchecked(Printing printing) {
            try {
                printing.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface Printing {
        void run() throws IOException;
    }
}
