package org.jclone.cli.output;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.jclone.json.JsonObject;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.StageProgress;

/** Writes one JSON object per line: each event, and the progress once a second. */
public final class JsonReporter implements CloneListener {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final PrintStream out;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private long nextProgressNanos;

    public JsonReporter(PrintStream out, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.nextProgressNanos = startNanos;
    }

    @Override
    public void onEvent(CloneEvent event) {
        print(event.accept(new EventJson(begin("event"))));
    }

    @Override
    public void onProgress(CloneProgress progress) {
        long now = nanoClock.getAsLong();
        if (progress.current().isEmpty() || now - nextProgressNanos < 0) {
            return;
        }
        nextProgressNanos = now + INTERVAL_NANOS;
        StageProgress stage = progress.stage(progress.current().get());
        JsonObject object = begin("progress")
                .put("stage", stage.stage().displayName())
                .put("dataBytes", stage.dataBytes())
                .put("estimatedBytes", stage.estimatedBytes())
                .put("networkBytes", stage.networkBytes())
                .put("dataBytesPerSecond", progress.dataBytesPerSecond())
                .put("networkBytesPerSecond", progress.networkBytesPerSecond())
                .put("connections", progress.connections());
        progress.timeLeft().ifPresent(left -> object.putMillisAsSeconds("secondsLeft", left.toMillis()));
        print(object);
    }

    private JsonObject begin(String type) {
        return new JsonObject()
                .put("type", type)
                .putMillisAsSeconds("seconds", (nanoClock.getAsLong() - startNanos) / NANOS_PER_MILLI);
    }

    private void print(JsonObject object) {
        out.print(object + "\n");
        out.flush();
    }
}
