package org.jclone.json;

import java.util.List;
import org.jclone.provision.api.PersistedReport;

/** The names of persisted variables as JSON. */
public final class PersistedJson {

    private PersistedJson() {}

    public static JsonObject of(PersistedReport report) {
        return new JsonObject()
                .putStrings("donor", List.copyOf(report.donor()))
                .putStrings("target", List.copyOf(report.target()))
                .put("kept", report.kept());
    }
}
