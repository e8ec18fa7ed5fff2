package org.jclone.cli.output;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.json.JsonObject;
import org.jclone.json.StageJson;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.api.TargetEncryption;

/** The last object of a successful run with {@code --output=json}. */
public final class ResultJson {

    private ResultJson() {}

    public static JsonObject of(CloneResult result) {
        Map<String, String> relocated = new LinkedHashMap<>();
        new TreeMap<>(result.relocated()).forEach((from, to) -> relocated.put(from, to.toString()));
        List<JsonObject> stages = result.stages().stream()
                .map(stage -> StageJson.put(new JsonObject(), stage))
                .toList();
        JsonObject json = new JsonObject()
                .put("type", "result")
                .putMillisAsSeconds("seconds", result.elapsed().toMillis())
                .put("donor", result.donor().toString())
                .put("donorVersion", result.donorVersion())
                .put("directory", result.directory().toString())
                .put("files", result.files())
                .put("dataBytes", result.dataBytes())
                .put("earlierBytes", result.earlierBytes())
                .put("networkBytes", result.networkBytes())
                .put("maxConnections", result.maxConnections())
                .put("stages", stages)
                .put("relocated", relocated)
                .put("donorSettings", new TreeMap<>(result.donorSettings()))
                .putStrings("requiredSettings", result.configuration().settings())
                .put("configFile", result.configuration().file().map(Object::toString))
                .put(
                        "mismatches",
                        CompatibilityJson.mismatches(result.configuration().compatibility()))
                .putStrings("notChecked", result.configuration().compatibility().notChecked())
                .put("carried", carried(result.configuration().carried()));
        result.otherEngines().ifPresent(others -> json.put("otherEngines", otherEngines(others)));
        result.encryption().ifPresent(encryption -> json.put("encryption", encryption(encryption)));
        return json;
    }

    private static JsonObject otherEngines(OtherEngines others) {
        return new JsonObject()
                .put("count", others.count())
                .put("allTablesSeen", others.complete())
                .put(
                        "tables",
                        others.tables().stream()
                                .map(table -> new JsonObject()
                                        .put("schema", table.schema())
                                        .put("name", table.name())
                                        .put("engine", table.engine()))
                                .toList());
    }

    private static JsonObject carried(CarriedReplication carried) {
        List<JsonObject> channels = carried.channels().stream()
                .map(channel -> new JsonObject()
                        .put("name", channel.name())
                        .put("host", channel.host())
                        .put("port", channel.port())
                        .put("user", channel.user())
                        .putIfKnown("password", channel.password())
                        .put("autoPosition", channel.autoPosition())
                        .put("start", channel.startStatement())
                        .put("remove", channel.removeStatement()))
                .toList();
        JsonObject json = new JsonObject()
                .put("channels", channels)
                .put("groupMember", carried.groupMember())
                .put("groupAccount", carried.groupAccount());
        carried.enabledEvents()
                .ifPresentOrElse(
                        count -> json.put("enabledEvents", count), () -> json.put("enabledEvents", Optional.empty()));
        return json.putIfKnown("clonePluginLoads", carried.clonePluginLoads()).putStrings("notSeen", carried.notSeen());
    }

    private static JsonObject encryption(TargetEncryption encryption) {
        return new JsonObject()
                .put("keyringFile", encryption.keyringFile().map(Object::toString))
                .put("masterKey", encryption.masterKey())
                .put("tablespaces", encryption.tablespaces())
                .put("redoLog", encryption.redoLog())
                .put("undoLog", encryption.undoLog());
    }
}
