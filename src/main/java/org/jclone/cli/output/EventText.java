package org.jclone.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.StageProgress;

/** Events as one line of text each; empty for events that a user need not see. */
final class EventText implements CloneEvent.Handler<String> {

    private static final EventText INSTANCE = new EventText();

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private EventText() {}

    /** Returns the event on one line, with control characters of the donor's text made harmless. */
    static String line(CloneEvent event) {
        return Printable.of(event.accept(INSTANCE));
    }

    @Override
    public String onCompressionDecided(CloneEvent.CompressionDecided event) {
        String network = event.networkMiBPerSecond() == 0
                ? "the donor accepts only compressed connections"
                : "the network carries " + event.networkMiBPerSecond() + " MiB/s, a CPU compresses "
                        + event.algorithmMiBPerSecond() + " MiB/s with " + event.algorithm();
        return (event.compresses() ? "compressing: " : "not compressing: ") + network;
    }

    @Override
    public String onCompressionChosen(CloneEvent.CompressionChosen event) {
        return (event.compresses() ? "compressing further connections: " : "not compressing further connections: ")
                + "an uncompressed one carries " + event.plainMiBPerSecond() + " MiB/s of data, one with "
                + event.algorithm() + " " + event.compressedMiBPerSecond() + " MiB/s";
    }

    @Override
    public String onConnected(CloneEvent.Connected event) {
        return "connected to " + event.donor() + ", MySQL " + event.serverVersion() + ", " + event.transport();
    }

    @Override
    public String onSnapshotOpened(CloneEvent.SnapshotOpened event) {
        return "donor's snapshot: " + event.files() + " files, " + Units.bytes(event.estimatedBytes()) + " to copy, "
                + Units.bytes(event.estimatedDiskBytes()) + " on disk";
    }

    @Override
    public String onStageStarted(CloneEvent.StageStarted event) {
        return "";
    }

    @Override
    public String onStageCompleted(CloneEvent.StageCompleted event) {
        return event.stage().dataBytes() == 0 ? "" : stage(event.stage());
    }

    @Override
    public String onReconnecting(CloneEvent.Reconnecting event) {
        String until = ", trying until " + CLOCK.format(event.deadline().atZone(ZoneId.systemDefault()));
        return (event.attempt() == 1 ? "connection lost: " : "attempt " + (event.attempt() - 1) + " failed: ")
                + event.reason()
                + until;
    }

    @Override
    public String onReconnected(CloneEvent.Reconnected event) {
        return "reconnected after " + Units.duration(event.elapsed()) + ", resuming the clone";
    }

    @Override
    public String onRetrying(CloneEvent.Retrying event) {
        return event.reason() + "; retry " + event.retry() + " of " + event.retries() + " in "
                + Units.duration(event.delay());
    }

    @Override
    public String onConnectionsChanged(CloneEvent.ConnectionsChanged event) {
        return "";
    }

    @Override
    public String onFileChanged(CloneEvent.FileChanged event) {
        return "";
    }

    @Override
    public String onTablespaceRelocated(CloneEvent.TablespaceRelocated event) {
        return "placing the donor's " + event.donorPath() + " at " + event.path();
    }

    @Override
    public String onWarning(CloneEvent.Warning event) {
        return "warning: " + event.text() + (event.hint().isEmpty() ? "" : ". " + event.hint());
    }

    /** Formats a completed stage: {@code FILE COPY  4.10 GiB in 4.80 s, 874 MiB/s}. */
    static String stage(StageProgress stage) {
        Duration elapsed = elapsed(stage);
        return padded(stage)
                + Units.bytes(stage.dataBytes())
                + " in "
                + Units.duration(elapsed)
                + ", "
                + Units.bytesPerSecond(Units.rate(stage.dataBytes(), elapsed))
                + (isCompressed(stage) ? ", " + Units.bytes(stage.networkBytes()) + " on the wire" : "");
    }

    /** Uncompressed, the network carries slightly more bytes than the files have. */
    private static boolean isCompressed(StageProgress stage) {
        return stage.networkBytes() < stage.dataBytes();
    }

    /** The stage's name, padded to the widest, and two blanks. */
    static String padded(StageProgress stage) {
        String name = stage.stage().displayName();
        return name + " ".repeat("FILE COPY".length() + 2 - name.length());
    }

    private static Duration elapsed(StageProgress stage) {
        Instant begin = stage.begin().orElse(Instant.EPOCH);
        return Duration.between(begin, stage.end().orElse(begin));
    }
}
