package org.jclone.json;

import org.jclone.recipient.api.StageProgress;

/** A row of {@code performance_schema.clone_progress} as JSON. */
public final class StageJson {

    private StageJson() {}

    /** Adds the row to {@code object}, and returns it. */
    public static JsonObject put(JsonObject object, StageProgress stage) {
        return object.put("stage", stage.stage().displayName())
                .put("state", stage.state().name())
                .put("begin", stage.begin().map(Object::toString))
                .put("end", stage.end().map(Object::toString))
                .put("connections", stage.connections())
                .put("estimatedBytes", stage.estimatedBytes())
                .put("dataBytes", stage.dataBytes())
                .put("networkBytes", stage.networkBytes());
    }
}
