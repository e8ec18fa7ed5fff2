package org.jclone.cli.output;

import java.util.List;
import java.util.Locale;
import org.jclone.json.JsonObject;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.Finding;

/** The report of a check as one JSON object. */
public final class CheckJson {

    private CheckJson() {}

    public static JsonObject of(CheckReport report) {
        List<JsonObject> findings =
                report.findings().stream().map(CheckJson::finding).toList();
        return new JsonObject()
                .put("type", "check")
                .put("donor", report.donor().toString())
                .put("donorVersion", report.donorVersion())
                .put("account", report.account())
                .put("state", name(report.state()))
                .put("exitStatus", report.exitStatus())
                .putStrings("grants", report.grants())
                .put("findings", findings);
    }

    private static JsonObject finding(Finding finding) {
        return new JsonObject()
                .put("item", name(finding.item()))
                .put("group", name(finding.item().group()))
                .put("state", name(finding.state()))
                .put("text", finding.text())
                .put("why", finding.why())
                .putStrings("statements", finding.statements())
                .putStrings("choices", finding.choices())
                .put("code", finding.failure().map(Enum::name));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
