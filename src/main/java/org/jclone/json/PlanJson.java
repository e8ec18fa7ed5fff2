package org.jclone.json;

import java.util.Optional;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.Estimate;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.plan.WriteRate;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.DonorAddress;

/** What a provisioning run would do, as one JSON object. */
public final class PlanJson {

    private PlanJson() {}

    public static JsonObject of(ProvisionPlan plan) {
        JsonObject object = new JsonObject()
                .put("type", "plan")
                .put("way", plan.decision().map(decision -> decision.way().name()))
                .put("state", plan.decision().flatMap(Decision::state).map(Enum::name))
                .put("reason", plan.decision().map(Decision::reason))
                .put("donor", plan.donor().toString())
                .put("source", plan.source().map(DonorAddress::toString))
                .put("channels", ChannelJson.of(plan.channels()));
        object.putIfKnown("byGtid", plan.byGtid()).put("outcome", plan.outcome().name());
        object.put("situation", situation(plan));
        object.put(
                "errantChanges",
                plan.errantChanges().changes().stream()
                        .map(change -> new JsonObject()
                                .put("object", change.object())
                                .put("transactions", change.transactions())
                                .put("events", change.events()))
                        .toList());
        object.putStrings("errantUnread", plan.errantChanges().unread());
        object.put("recovery", recovery(plan.recovery()));
        plan.writeRate().ifPresent(rate -> object.put("writeRate", rate(rate)));
        plan.estimate().ifPresent(estimate -> object.put("estimate", estimate(estimate)));
        object.put(
                "guards",
                plan.guards().stream()
                        .map(guard -> new JsonObject()
                                .put("guard", guard.kind().name())
                                .put("outcome", guard.outcome().name())
                                .put("text", guard.text()))
                        .toList());
        object.put(
                "decisions",
                plan.decisions().stream()
                        .map(decided -> new JsonObject()
                                .put("what", decided.what())
                                .put("outcome", decided.outcome())
                                .put("inputs", decided.inputs()))
                        .toList());
        object.put("persisted", PersistedJson.of(plan.persisted()));
        return object.putStrings("remarks", plan.remarks()).putStrings("problems", plan.problems());
    }

    private static JsonObject situation(ProvisionPlan plan) {
        JsonObject object = new JsonObject();
        if (plan.situation().isEmpty()) {
            return object;
        }
        Situation now = plan.situation().get();
        Optional<String> target = now.target().map(GtidSet::toString);
        object.put("hasData", now.hasData())
                .put("byGtid", now.byGtid())
                .put("target", now.onlyLogged() ? Optional.empty() : target)
                .put("source", now.source().toString())
                .put("purged", now.purged().toString());
        if (now.onlyLogged()) {
            object.put("targetLogs", target);
        }
        if (now.isComparable()) {
            object.put("errant", now.errant().toString());
        }
        if (now.missingTransactions().isPresent()) {
            long missing = now.missingTransactions().getAsLong();
            object.put("missing", now.missing().toString()).put("missingTransactions", missing);
            plan.writeRate().ifPresent(rate -> amount(object, "missing", rate, missing));
        }
        plan.writeRate()
                .filter(rate -> plan.recovery().threshold() != Long.MAX_VALUE)
                .ifPresent(rate ->
                        amount(object, "threshold", rate, plan.recovery().threshold()));
        return object;
    }

    private static void amount(JsonObject object, String name, WriteRate rate, long transactions) {
        rate.bytesOf(transactions).ifPresent(bytes -> object.put(name + "Bytes", bytes));
        rate.timeOf(transactions)
                .ifPresent(time -> object.putMillisAsSeconds(name + "SecondsOfWrites", time.toMillis()));
    }

    private static JsonObject recovery(RecoverySettings recovery) {
        JsonObject object = new JsonObject().put("method", recovery.method().name());
        if (recovery.threshold() != Long.MAX_VALUE) {
            object.put("threshold", recovery.threshold());
        }
        return object.put("discardErrant", recovery.discardable().toString())
                .put("expectedRateMiB", recovery.expectedRate())
                .put("maxClonesPerDay", recovery.maxClonesPerDay());
    }

    private static JsonObject rate(WriteRate rate) {
        JsonObject object =
                new JsonObject().putMillisAsSeconds("seconds", rate.window().toMillis());
        rate.transactions().ifPresent(number -> object.put("transactions", number));
        rate.logBytes().ifPresent(bytes -> object.put("binaryLogBytes", bytes));
        return object;
    }

    private static JsonObject estimate(Estimate estimate) {
        JsonObject object = new JsonObject();
        estimate.dataBytes().ifPresent(bytes -> object.put("dataBytes", bytes));
        object.put("bytesPerSecond", estimate.rate().bytesPerSecond())
                .put("rateIs", estimate.rate().origin().name());
        estimate.copy().ifPresent(time -> object.putMillisAsSeconds("copySeconds", time.toMillis()));
        object.putMillisAsSeconds("firstStartSeconds", estimate.firstStart().toMillis())
                .put("firstStartIs", estimate.firstStartMeasured() ? "MEASURED" : "ASSUMED");
        estimate.catchUp().ifPresent(time -> object.putMillisAsSeconds("catchUpSeconds", time.toMillis()));
        estimate.total().ifPresent(time -> object.putMillisAsSeconds("totalSeconds", time.toMillis()));
        return object;
    }
}
