package org.jclone.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jclone.json.JsonObject;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;

/** Where a provisioning run stands, as text and as JSON. */
public final class ProvisionStatusText {

    private ProvisionStatusText() {}

    /** @param running whether a process works on it */
    public static String of(ProvisionRecord record, boolean running, Instant now) {
        StringBuilder text = new StringBuilder("Provisioning: ").append(Printable.of(record.describe()));
        text.append(", since ").append(record.written().truncatedTo(ChronoUnit.SECONDS));
        if (running) {
            text.append(", for ").append(Units.duration(Duration.between(record.written(), now)));
        } else if (record.state() == State.ROLLING_BACK) {
            text.append("; no process works on it: continue with --rollback");
        } else if (record.state() != State.COMPLETE) {
            text.append("; no process works on it: continue with --resume");
        }
        text.append('\n');
        Map<Fact, String> shown = Map.of(
                Fact.DONOR,
                "Donor",
                Fact.SOURCE,
                "Source",
                Fact.METHOD,
                "Method",
                Fact.GROUP,
                "Group",
                Fact.SERVER_ID,
                "server_id");
        for (Fact fact : Fact.values()) {
            if (shown.containsKey(fact) && record.has(fact)) {
                text.append("  ")
                        .append(shown.get(fact))
                        .append(" ".repeat(11 - shown.get(fact).length()))
                        .append(Printable.of(record.fact(fact).orElseThrow()))
                        .append('\n');
            }
        }
        return text.append('\n').toString();
    }

    public static JsonObject json(ProvisionRecord record, boolean running) {
        JsonObject object = new JsonObject()
                .put("state", record.state().name().toLowerCase(Locale.ROOT))
                .put("step", record.step().name())
                .put("running", running)
                .put("written", record.written().toString());
        for (Fact fact : Fact.values()) {
            record.fact(fact).ifPresent(value -> object.put(fact.name().toLowerCase(Locale.ROOT), value));
        }
        return object;
    }
}
