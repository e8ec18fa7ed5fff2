package org.jclone.protocol.recording;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/** The counts of a recording. */
public final class RecordingTotals {

    /** A number of messages and the total length of their payloads. */
    public record Count(long messages, long bytes) {

        private static final Count NONE = new Count(0, 0);

        private Count plus(long moreBytes) {
            return new Count(messages + 1, bytes + moreBytes);
        }
    }

    private final Map<String, Count> byKind = new TreeMap<>();
    private final Map<SnapshotState, Count> announced = new EnumMap<>(SnapshotState.class);
    private Map<Integer, Map<Direction, Long>> leftOver = Map.of();
    private Map<Integer, Map<Direction, Long>> opaque = Map.of();
    private long problems;

    void onPacket(RecordedPacket packet) {
        String kind = packet.direction().sign() + ' ' + packet.message().accept(MessageKind.INSTANCE);
        byKind.put(kind, byKind(kind).plus(packet.payload().readableBytes()));
        announcedBy(packet.message())
                .ifPresent(data ->
                        announced.put(data.state(), announced(data.state()).plus(data.dataLength())));
    }

    void onProblem() {
        problems++;
    }

    void onEnd(ConversationDecoder decoder) {
        leftOver = decoder.leftOver();
        opaque = decoder.opaque();
    }

    /** Returns the data descriptor in {@code message}, if it contains one. */
    static Optional<DataDescriptor> announcedBy(RecordedMessage message) {
        return message instanceof RecordedMessage.FromCloneMode clone
                ? clone.response().announcedData()
                : Optional.empty();
    }

    /** Returns the count of a kind, such as {@code < RES_DATA} or {@code > COM_ACK}. */
    public Count byKind(String kind) {
        return byKind.getOrDefault(kind, Count.NONE);
    }

    /** Returns the counts of all kinds that occur. */
    public Map<String, Count> byKind() {
        return Map.copyOf(byKind);
    }

    /** Returns the count of blocks and bytes announced by data descriptors of {@code state}. */
    public Count announced(SnapshotState state) {
        return announced.getOrDefault(state, Count.NONE);
    }

    /**
     * Returns the bytes of messages cut off by the end of the recording, by connection and direction; only counts
     * above 0.
     */
    public Map<Integer, Map<Direction, Long>> leftOver() {
        return leftOver;
    }

    /** Returns the bytes that could only be counted, by connection and direction; only counts above 0. */
    public Map<Integer, Map<Direction, Long>> opaque() {
        return opaque;
    }

    /** Returns the number of messages that could not be decoded or broke a rule. */
    public long problems() {
        return problems;
    }

    void print(Appendable out) throws IOException {
        out.append("\nTotals (messages, payload bytes):\n");
        for (Map.Entry<String, Count> kind : byKind.entrySet()) {
            Count count = kind.getValue();
            out.append(format("  %-22s %8d %14d\n", kind.getKey(), count.messages(), count.bytes()));
        }
        out.append("Data announced: ").append(describe(SnapshotState.FILE_COPY));
        out.append(", ").append(describe(SnapshotState.PAGE_COPY));
        out.append(", ").append(describe(SnapshotState.REDO_COPY));
        out.append("\nBytes left over: ").append(describe(leftOver));
        out.append("\nBytes not readable: ").append(describe(opaque));
        out.append("\nProblems: ")
                .append(problems == 0 ? "none" : Long.toString(problems))
                .append('\n');
    }

    private String describe(SnapshotState state) {
        Count count = announced(state);
        return format("%s %d blocks %d bytes", state, count.messages(), count.bytes());
    }

    private static String describe(Map<Integer, Map<Direction, Long>> counts) {
        String text = counts.entrySet().stream()
                .flatMap(connection -> connection.getValue().entrySet().stream()
                        .map(bytes ->
                                "c" + connection.getKey() + ' ' + bytes.getKey().sign() + ' ' + bytes.getValue()))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
