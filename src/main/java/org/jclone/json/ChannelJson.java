package org.jclone.json;

import java.util.List;
import org.jclone.provision.api.ChannelReport;

/** The donor's replication channels as JSON objects. */
public final class ChannelJson {

    private ChannelJson() {}

    public static List<JsonObject> of(List<ChannelReport> channels) {
        return channels.stream().map(ChannelJson::of).toList();
    }

    public static JsonObject of(ChannelReport channel) {
        JsonObject object = new JsonObject()
                .put("channel", channel.name())
                .put("fate", channel.fate().name())
                .put("host", channel.host())
                .put("port", channel.port())
                .put("user", channel.user());
        return object.putIfKnown("passwordStored", channel.passwordStored())
                .put("autoPosition", channel.autoPosition())
                .put("position", channel.position())
                .put("delaySeconds", channel.delaySeconds())
                .putStrings("missing", channel.missing())
                .putStrings("filters", channel.filters())
                .put("applierAccount", channel.applierAccount())
                .put("applierAccountMissing", channel.applierAccountMissing())
                .putStrings("failover", channel.failover());
    }
}
