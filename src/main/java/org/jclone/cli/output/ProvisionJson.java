package org.jclone.cli.output;

import java.nio.file.Path;
import org.jclone.json.ChannelJson;
import org.jclone.json.JsonObject;
import org.jclone.json.PersistedJson;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.DonorAddress;

/** Events and result of a provisioning run as JSON, one object a line. */
public final class ProvisionJson implements ProvisionEvent.Handler<JsonObject> {

    private static final ProvisionJson INSTANCE = new ProvisionJson();

    private ProvisionJson() {}

    public static JsonObject of(ProvisionEvent event) {
        return event.accept(INSTANCE);
    }

    @Override
    public JsonObject onStepBegan(ProvisionEvent.StepBegan event) {
        return new JsonObject()
                .put("type", "stepBegan")
                .put("step", event.step().name())
                .put("repeated", event.repeated());
    }

    @Override
    public JsonObject onStepDone(ProvisionEvent.StepDone event) {
        return new JsonObject()
                .put("type", "stepDone")
                .put("step", event.step().name())
                .putMillisAsSeconds("seconds", event.elapsed().toMillis());
    }

    @Override
    public JsonObject onDecided(ProvisionEvent.Decided event) {
        return new JsonObject()
                .put("type", "decided")
                .put("step", event.step().name())
                .put("what", event.what())
                .put("outcome", event.outcome())
                .put("inputs", event.inputs());
    }

    @Override
    public JsonObject onNote(ProvisionEvent.Note event) {
        return new JsonObject()
                .put("type", "note")
                .put("step", event.step().name())
                .put("text", event.text());
    }

    @Override
    public JsonObject onWarning(ProvisionEvent.Warning event) {
        return new JsonObject()
                .put("type", "warning")
                .put("step", event.step().name())
                .put("text", event.text())
                .put("hint", event.hint());
    }

    @Override
    public JsonObject onChannelFound(ProvisionEvent.ChannelFound event) {
        return ChannelJson.of(event.channel())
                .put("type", "channelFound")
                .put("step", event.step().name());
    }

    @Override
    public JsonObject onCatchingUp(ProvisionEvent.CatchingUp event) {
        JsonObject json = new JsonObject()
                .put("type", "catchingUp")
                .put("step", Step.CATCH_UP.name())
                .put("missingTransactions", event.missing())
                .putMillisAsSeconds(
                        "secondsWithoutProgress", event.sinceProgress().toMillis());
        event.lag().ifPresent(lag -> json.putMillisAsSeconds("replicationLagSeconds", lag.toMillis()));
        return json;
    }

    @Override
    public JsonObject onCompared(ProvisionEvent.Compared event) {
        return new JsonObject()
                .put("type", "compared")
                .put("step", event.step().name())
                .put("missingTransactions", event.missing())
                .put("errantTransactions", event.errant());
    }

    @Override
    public JsonObject onFindings(ProvisionEvent.Findings event) {
        return new JsonObject()
                .put("type", "findings")
                .put("step", Step.PREPARE.name())
                .putStrings("problems", event.problems());
    }

    public static JsonObject of(ProvisionResult result) {
        JsonObject elapsed = new JsonObject();
        result.elapsed().forEach((step, took) -> elapsed.putMillisAsSeconds(step.name(), took.toMillis()));
        return new JsonObject()
                .put("type", "provisioned")
                .put("directory", result.directory().toString())
                .put("donor", result.donor().toString())
                .put("source", result.source().map(DonorAddress::toString))
                .put("channels", ChannelJson.of(result.channels()))
                .put("serverUuid", result.serverUuid())
                .put("serverId", result.serverId())
                .put("byGtid", result.byGtid())
                .put("group", result.group())
                .put("configFile", result.configFile().toString())
                .put("started", result.started())
                .putStrings("verified", result.verified())
                .put("startCommand", result.startCommand())
                .put("oldData", result.oldData().map(Path::toString))
                .put("persisted", PersistedJson.of(result.persisted()))
                .putStrings("remarks", result.remarks())
                .put("seconds", elapsed);
    }

    /** Returns the last object of a failed run. */
    public static JsonObject of(ProvisionException e) {
        return ErrorReport.json(e).put("step", e.step().name()).put("holds", e.state());
    }
}
