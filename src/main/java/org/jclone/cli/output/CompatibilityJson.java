package org.jclone.cli.output;

import java.util.List;
import java.util.Locale;
import org.jclone.json.JsonObject;
import org.jclone.recipient.api.Compatibility;

/** Compatibility mismatches as JSON objects. */
final class CompatibilityJson {

    private CompatibilityJson() {}

    static List<JsonObject> mismatches(Compatibility compatibility) {
        return compatibility.mismatches().stream()
                .map(mismatch -> new JsonObject()
                        .put("severity", mismatch.severity().name().toLowerCase(Locale.ROOT))
                        .put("subject", mismatch.subject())
                        .put("donor", mismatch.donor())
                        .put("target", mismatch.target())
                        .put("advice", mismatch.advice()))
                .toList();
    }
}
