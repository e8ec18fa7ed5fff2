package org.jclone.cli.log;

import org.jclone.cli.output.DonorEventText;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.StageProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs a clone in about twenty records at INFO. Files changed by DDL can be many, so they are logged at DEBUG. */
public final class EventLog implements CloneListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventLog.class);
    private static final Records RECORDS = new Records();

    /** Logs how the clone ended. */
    public static void completed(CloneResult result) {
        LOGGER.atInfo()
                .setMessage("clone complete")
                .addKeyValue("directory", result.directory())
                .addKeyValue("files", result.files())
                .addKeyValue("bytes", result.dataBytes())
                .addKeyValue("millis", result.elapsed().toMillis())
                .log();
    }

    /** Logs the failure of the clone, or of a step that follows it. */
    public static void failed(CloneException failure) {
        LOGGER.atError()
                .setMessage("clone failed")
                .addKeyValue("code", failure.code())
                .addKeyValue("exitStatus", failure.code().exitStatus())
                .addKeyValue("reason", failure.getMessage())
                .addKeyValue("hint", failure.hint())
                .log();
    }

    /** Logs what happens to the choice of a donor. */
    public static void donors(DonorEvent event) {
        LOGGER.atInfo()
                .setMessage("choice of a donor")
                .addKeyValue("event", event.getClass().getSimpleName())
                .addKeyValue("reason", String.join("; ", DonorEventText.lines(event)))
                .log();
    }

    @Override
    public void onEvent(CloneEvent event) {
        event.accept(RECORDS).log();
    }

    private static final class Records implements CloneEvent.Handler<LoggingEventBuilder> {

        @Override
        public LoggingEventBuilder onCompressionDecided(CloneEvent.CompressionDecided event) {
            return LOGGER.atInfo()
                    .setMessage(event.compresses() ? "compressing" : "not compressing")
                    .addKeyValue("networkMiBPerSecond", event.networkMiBPerSecond())
                    .addKeyValue("algorithm", event.algorithm())
                    .addKeyValue("algorithmMiBPerSecond", event.algorithmMiBPerSecond());
        }

        @Override
        public LoggingEventBuilder onCompressionChosen(CloneEvent.CompressionChosen event) {
            return LOGGER.atInfo()
                    .setMessage("compression chosen")
                    .addKeyValue("compresses", event.compresses())
                    .addKeyValue("algorithm", event.algorithm())
                    .addKeyValue("plainMiBPerSecond", event.plainMiBPerSecond())
                    .addKeyValue("compressedMiBPerSecond", event.compressedMiBPerSecond());
        }

        @Override
        public LoggingEventBuilder onConnected(CloneEvent.Connected event) {
            return LOGGER.atInfo()
                    .setMessage("connected")
                    .addKeyValue("donor", event.donor())
                    .addKeyValue("version", event.serverVersion())
                    .addKeyValue("transport", event.transport());
        }

        @Override
        public LoggingEventBuilder onSnapshotOpened(CloneEvent.SnapshotOpened event) {
            return LOGGER.atInfo()
                    .setMessage("snapshot opened")
                    .addKeyValue("files", event.files())
                    .addKeyValue("bytes", event.estimatedBytes())
                    .addKeyValue("diskBytes", event.estimatedDiskBytes());
        }

        @Override
        public LoggingEventBuilder onStageStarted(CloneEvent.StageStarted event) {
            StageProgress stage = event.stage();
            return LOGGER.atInfo()
                    .setMessage("stage started")
                    .addKeyValue("stage", stage.stage().displayName())
                    .addKeyValue("bytes", stage.estimatedBytes());
        }

        @Override
        public LoggingEventBuilder onStageCompleted(CloneEvent.StageCompleted event) {
            StageProgress stage = event.stage();
            return LOGGER.atInfo()
                    .setMessage("stage completed")
                    .addKeyValue("stage", stage.stage().displayName())
                    .addKeyValue("bytes", stage.dataBytes())
                    .addKeyValue("networkBytes", stage.networkBytes())
                    .addKeyValue("connections", stage.connections());
        }

        @Override
        public LoggingEventBuilder onReconnecting(CloneEvent.Reconnecting event) {
            return LOGGER.atInfo()
                    .setMessage("reconnecting")
                    .addKeyValue("attempt", event.attempt())
                    .addKeyValue("deadline", event.deadline())
                    .addKeyValue("reason", event.reason());
        }

        @Override
        public LoggingEventBuilder onReconnected(CloneEvent.Reconnected event) {
            return LOGGER.atInfo()
                    .setMessage("reconnected")
                    .addKeyValue("attempts", event.attempts())
                    .addKeyValue("millis", event.elapsed().toMillis());
        }

        @Override
        public LoggingEventBuilder onRetrying(CloneEvent.Retrying event) {
            return LOGGER.atInfo()
                    .setMessage("retrying")
                    .addKeyValue("retry", event.retry())
                    .addKeyValue("retries", event.retries())
                    .addKeyValue("delayMillis", event.delay().toMillis())
                    .addKeyValue("reason", event.reason());
        }

        @Override
        public LoggingEventBuilder onConnectionsChanged(CloneEvent.ConnectionsChanged event) {
            return LOGGER.atInfo()
                    .setMessage("connections changed")
                    .addKeyValue("connections", event.connections())
                    .addKeyValue("reason", event.reason());
        }

        @Override
        public LoggingEventBuilder onFileChanged(CloneEvent.FileChanged event) {
            return LOGGER.atDebug()
                    .setMessage("file changed")
                    .addKeyValue("file", event.file())
                    .addKeyValue("reason", event.change());
        }

        @Override
        public LoggingEventBuilder onTablespaceRelocated(CloneEvent.TablespaceRelocated event) {
            return LOGGER.atInfo()
                    .setMessage("tablespace relocated")
                    .addKeyValue("file", event.donorPath())
                    .addKeyValue("path", event.path());
        }

        /** Logged at INFO: the user sees the warning anyway, whatever the level. */
        @Override
        public LoggingEventBuilder onWarning(CloneEvent.Warning event) {
            return LOGGER.atInfo().setMessage("warning").addKeyValue("reason", event.text());
        }
    }
}
