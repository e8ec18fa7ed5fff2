package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.Step;
import org.jclone.provision.mysqld.PrivateFolder;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void startsTheServerThatTheRunStopped() throws Exception {
        Path started = folder.resolve("started");
        new RollBack(Requests.withService(directory, "false", "touch " + started), event -> {}, record).run();
        assertThat(started).doesNotExist();

        record = ProvisionRecord.create(directory);
        record.to(State.FAILED, Step.CONFIGURE);
        record.set(Fact.SERVER_STOPPED, "yes");
        new RollBack(Requests.withService(directory, "false", "touch " + started), event -> {}, record).run();
        assertThat(started).exists();
    }

    /** The command may still be at work, and the server still be there. */
    @Test
    void stopsTheServerToTheEndBeforeItStartsIt() throws Exception {
        Path log = folder.resolve("log");
        record.to(State.FAILED, Step.STOP);
        record.set(Fact.SERVER_STOPPED, "yes");
        new RollBack(Requests.withService(directory, "echo stop >>" + log, "echo start >>" + log), event -> {}, record)
                .run();
        assertThat(log).hasContent("stop\nstart\n");
    }

    @Test
    void canBeRepeatedIfThatServerDoesNotStart() throws Exception {
        Path broken = Files.createFile(folder.resolve("broken"));
        record.to(State.FAILED, Step.CONFIGURE);
        record.set(Fact.SERVER_STOPPED, "yes");
        RollBack rollBack =
                new RollBack(Requests.withService(directory, "false", "test ! -e " + broken), event -> {}, record);
        assertThatExceptionOfType(ProvisionException.class)
                .isThrownBy(rollBack::run)
                .withMessageContaining("--start-command ended with status 1")
                .satisfies(failure -> assertThat(failure.state()).contains("--rollback continues"));
        assertThat(directory.resolve(ProvisionRecord.NAME)).exists();
        Files.delete(broken);
        rollBack.run();
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }

    @Test
    void leavesAServerAloneThatTheCommandCannotStop() throws Exception {
        Path started = folder.resolve("started");
        write("mysql.ibd", "live");
        write(".jclone-new/mysql.ibd", "clone");
        record.to(State.FAILED, Step.STOP);
        record.set(Fact.SERVER_STOPPED, "yes");
        try (FileChannel server = FileChannel.open(directory.resolve("mysql.ibd"), StandardOpenOption.WRITE);
                FileLock lock = server.lock()) {
            assertThat(lock.isValid()).isTrue();
            new RollBack(Requests.withService(directory, "exit 9", "touch " + started), event -> {}, record).run();
        }
        assertThat(directory.resolve(".jclone-new")).doesNotExist();
        assertThat(started).doesNotExist();
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }

    @Test
    void startsTheServerIfTheNewCloneIsNotBegun() throws Exception {
        Path started = folder.resolve("started");
        record.set(Fact.SERVER_STOPPED, "yes");
        new RollBack(Requests.withService(directory, "false", "touch " + started), event -> {}, record)
                .undoPrepare(Optional.empty());
        assertThat(started).exists();
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }

    /** What the run did to the server's settings, which the record would no longer know. */
    @Test
    void undoesARunThatKeptTheDataBeforeANewClone() throws Exception {
        write("mysql.ibd", "live");
        write("mysqld-auto.cnf", "fence");
        write(".jclone-mysqld-auto.cnf", "persisted");
        write("#clone/#status_in_progress", "");
        write("../c.cnf", "of the replica");
        write("../c.cnf.jclone-old", "before");
        record.set(Fact.WAY, "INCREMENTAL");
        record.set(Fact.PERSISTED_BEFORE, "kept");
        record.set(Fact.CONFIG_BEFORE, "kept");
        rollBack().makeRoom();
        assertThat(directory.resolve("mysql.ibd")).hasContent("live");
        assertThat(directory.resolve("mysqld-auto.cnf")).hasContent("persisted");
        assertThat(directory.resolve(".jclone-mysqld-auto.cnf")).doesNotExist();
        assertThat(directory.resolve("#clone")).doesNotExist();
        assertThat(folder.resolve("c.cnf")).hasContent("before");
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }

    /** A process may die between the removal of the account and the end of the private server. */
    @Test
    void removesThePrivateServerWhoseAccountIsRemoved() throws Exception {
        PrivateFolder left = PrivateFolder.choose(directory);
        Files.createDirectories(left.path());
        record.set(Fact.WAY, "INCREMENTAL");
        record.set(Fact.PRIVATE_FOLDER, left.toString());
        rollBack().run();
        assertThat(left.path()).doesNotExist();
    }

    /** A process may die when the fence is gone and the record is not. The server may run then, and persist variables. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "kept"})
    void leavesVariablesThatAServerPersistedSinceTheFenceWasRemoved(String before) throws Exception {
        write("mysql.ibd", "live");
        write("mysqld-auto.cnf", "newer");
        write(".jclone-mysqld-auto.cnf", "a copy that was made before the fence was raised");
        record.set(Fact.WAY, "INCREMENTAL");
        record.set(Fact.PERSISTED_BEFORE, before);
        record.to(State.ROLLING_BACK, Step.CONFIGURE);
        rollBack().run();
        assertThat(directory.resolve("mysqld-auto.cnf")).hasContent("newer");
        assertThat(directory.resolve(".jclone-mysqld-auto.cnf")).doesNotExist();
        assertThat(directory.resolve(ProvisionRecord.NAME)).doesNotExist();
    }
}
