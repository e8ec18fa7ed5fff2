package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollBackTest {

    @TempDir
    Path folder;

    private Path directory;
    private ProvisionRecord record;

    @BeforeEach
    void begin() throws Exception {
        directory = Files.createDirectory(folder.resolve("data"));
        record = ProvisionRecord.create(directory);
        record.to(State.FAILED, Step.CLONE);
    }

    private void write(String name, String content) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private RollBack rollBack() {
        return new RollBack(Requests.of(directory, false), event -> {}, record);
    }

    /** Such a run fails in CLONE, which refuses the directory. */
    @Test
    void leavesWhatAnEarlierRunKept() throws Exception {
        write("mysql.ibd", "live");
        write(".jclone-old/mysql.ibd", "older");
        rollBack().run();
        assertThat(directory.resolve("mysql.ibd")).hasContent("live");
        assertThat(directory.resolve(".jclone-old/mysql.ibd")).hasContent("older");
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }

    @Test
    void putsBackWhatTheRunKept() throws Exception {
        write("mysql.ibd", "clone");
        write(".jclone-old/mysql.ibd", "old");
        record.set(Fact.OLD_DATA, "yes");
        record.to(State.FAILED, Step.CONFIGURE);
        rollBack().run();
        assertThat(directory.resolve("mysql.ibd")).hasContent("old");
        assertThat(directory.resolve(".jclone-old")).doesNotExist();
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }
}
