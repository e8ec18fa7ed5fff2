package org.jclone.json;

import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.plan.Decision;

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
                .put("source", plan.source().toString());
        return object.putIfKnown("byGtid", plan.byGtid()).putStrings("problems", plan.problems());
    }
}
