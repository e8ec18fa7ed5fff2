package org.jclone.cli.output;

import org.jclone.json.JsonObject;
import org.jclone.json.StageJson;
import org.jclone.recipient.api.CloneEvent;

/** Adds the members of an event to an object: its kind as {@code event}, then its fields. */
final class EventJson implements CloneEvent.Handler<JsonObject> {

    private final JsonObject object;

    EventJson(JsonObject object) {
        this.object = object;
    }

    @Override
    public JsonObject onCompressionDecided(CloneEvent.CompressionDecided event) {
        return object.put("event", "compressionDecided")
                .put("compresses", event.compresses())
                .put("algorithm", event.algorithm())
                .put("networkMiBPerSecond", event.networkMiBPerSecond())
                .put("algorithmMiBPerSecond", event.algorithmMiBPerSecond());
    }

    @Override
    public JsonObject onCompressionChosen(CloneEvent.CompressionChosen event) {
        return object.put("event", "compressionChosen")
                .put("compresses", event.compresses())
                .put("algorithm", event.algorithm())
                .put("plainMiBPerSecond", event.plainMiBPerSecond())
                .put("compressedMiBPerSecond", event.compressedMiBPerSecond());
    }

    @Override
    public JsonObject onConnected(CloneEvent.Connected event) {
        return object.put("event", "connected")
                .put("donor", event.donor().toString())
                .put("serverVersion", event.serverVersion())
                .put("transport", event.transport());
    }

    @Override
    public JsonObject onSnapshotOpened(CloneEvent.SnapshotOpened event) {
        return object.put("event", "snapshotOpened")
                .put("files", event.files())
                .put("estimatedBytes", event.estimatedBytes())
                .put("estimatedDiskBytes", event.estimatedDiskBytes());
    }

    @Override
    public JsonObject onStageStarted(CloneEvent.StageStarted event) {
        return StageJson.put(object.put("event", "stageStarted"), event.stage());
    }

    @Override
    public JsonObject onStageCompleted(CloneEvent.StageCompleted event) {
        return StageJson.put(object.put("event", "stageCompleted"), event.stage());
    }

    @Override
    public JsonObject onReconnecting(CloneEvent.Reconnecting event) {
        return object.put("event", "reconnecting")
                .put("reason", event.reason())
                .put("attempt", event.attempt())
                .put("deadline", event.deadline().toString());
    }

    @Override
    public JsonObject onReconnected(CloneEvent.Reconnected event) {
        return object.put("event", "reconnected")
                .put("attempts", event.attempts())
                .put("elapsedMillis", event.elapsed().toMillis());
    }

    @Override
    public JsonObject onRetrying(CloneEvent.Retrying event) {
        return object.put("event", "retrying")
                .put("reason", event.reason())
                .put("retry", event.retry())
                .put("retries", event.retries())
                .put("delayMillis", event.delay().toMillis());
    }

    @Override
    public JsonObject onConnectionsChanged(CloneEvent.ConnectionsChanged event) {
        return object.put("event", "connectionsChanged")
                .put("connections", event.connections())
                .put("reason", event.reason());
    }

    @Override
    public JsonObject onFileChanged(CloneEvent.FileChanged event) {
        return object.put("event", "fileChanged").put("file", event.file()).put("change", event.change());
    }

    @Override
    public JsonObject onTablespaceRelocated(CloneEvent.TablespaceRelocated event) {
        return object.put("event", "tablespaceRelocated")
                .put("donorPath", event.donorPath())
                .put("path", event.path());
    }

    @Override
    public JsonObject onWarning(CloneEvent.Warning event) {
        return object.put("event", "warning").put("text", event.text()).put("hint", event.hint());
    }
}
