package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jclone.provision.Requests;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandOverTest {

    @TempDir
    Path directory;

    private final List<ProvisionEvent> events = new ArrayList<>();
    private ProvisionRecord record;

    @BeforeEach
    void begin() throws Exception {
        record = ProvisionRecord.create(directory);
        Files.writeString(directory.resolve("mysqld-auto.cnf"), "settings");
    }

    private void handOver() throws Exception {
        try (Run run =
                new Run(Requests.of(directory, false), record, events::add, Clock.systemUTC(), System::nanoTime)) {
            new HandOver(run).run();
        }
    }

    @Test
    void removesBothFences() throws Exception {
        Path mark = Files.createDirectory(directory.resolve("#clone")).resolve("#status_in_progress");
        Files.createFile(mark);
        handOver();
        assertThat(mark).doesNotExist();
        assertThat(directory.resolve("mysqld-auto.cnf")).doesNotExist();
        assertThat(events).isEmpty();
    }

    /** The command that starts the server may have failed after the server had persisted variables. */
    @ParameterizedTest
    @ValueSource(strings = {"CLONE", "INCREMENTAL"})
    void leavesTheSettingsOfAServerThatMayRunAlready(String way) throws Exception {
        record.set(Fact.WAY, way);
        record.set(Fact.PERSISTED_BEFORE, "none");
        handOver();
        assertThat(directory.resolve("mysqld-auto.cnf")).hasContent("settings");
        assertThat(events).hasSize(1);
    }
}
