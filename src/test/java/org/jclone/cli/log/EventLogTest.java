package org.jclone.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.jclone.cli.Progress;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(EventLog.class);
    private final ListAppender<ILoggingEvent> records = new ListAppender<>();

    @BeforeEach
    void listen() {
        records.start();
        logger.addAppender(records);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(records);
        logger.setLevel(null);
    }

    @Test
    void logsEveryEventWithAConstantMessage() {
        EventLog log = new EventLog();
        List.of(
                        new CloneEvent.CompressionDecided(true, "zstd", 19, 310),
                        new CloneEvent.Connected(new DonorAddress("db1", 3306), "9.7.4", "clear text"),
                        new CloneEvent.SnapshotOpened(3, 100, 200),
                        new CloneEvent.StageStarted(StageProgress.notStarted(CloneStage.FILE_COPY)),
                        new CloneEvent.StageCompleted(
                                Progress.completed(CloneStage.FILE_COPY, 100, Duration.ofSeconds(1))),
                        new CloneEvent.ConnectionsChanged(2, "more is faster"),
                        new CloneEvent.FileChanged("a.ibd", "dropped"),
                        new CloneEvent.TablespaceRelocated("/x.ibd", "/data/x.ibd"),
                        new CloneEvent.Warning("no direct I/O", "none"))
                .forEach(log::onEvent);
        assertThat(records.list.stream()
                        .map(record -> record.getLevel() + " " + record.getMessage() + " " + record.getKeyValuePairs()))
                .containsExactly(
                        "INFO compressing [networkMiBPerSecond=\"19\", algorithm=\"zstd\", algorithmMiBPerSecond=\"310\"]",
                        "INFO connected [donor=\"db1:3306\", version=\"9.7.4\", transport=\"clear text\"]",
                        "INFO snapshot opened [files=\"3\", bytes=\"100\", diskBytes=\"200\"]",
                        "INFO stage started [stage=\"FILE COPY\", bytes=\"0\"]",
                        "INFO stage completed [stage=\"FILE COPY\", bytes=\"100\", networkBytes=\"100\", connections=\"4\"]",
                        "INFO connections changed [connections=\"2\", reason=\"more is faster\"]",
                        "DEBUG file changed [file=\"a.ibd\", reason=\"dropped\"]",
                        "INFO tablespace relocated [file=\"/x.ibd\", path=\"/data/x.ibd\"]",
                        "INFO warning [reason=\"no direct I/O\"]");
    }
}
