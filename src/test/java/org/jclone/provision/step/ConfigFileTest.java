package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.SettingsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    private static final String BEFORE = SettingsFile.FIRST_LINE + "\n[mysqld]\nserver_id=3\n#\u00e9\n";
    private static final String OF_THE_CLONE = SettingsFile.FIRST_LINE + "\n[mysqld]\ninnodb_page_size=16384\n";

    @TempDir
    Path folder;

    private Path file;
    private ConfigFile config;

    @BeforeEach
    void begin() throws Exception {
        file = folder.resolve("data.cnf");
        Files.createDirectory(folder.resolve("data"));
        ProvisionRecord record = ProvisionRecord.create(folder.resolve("data"));
        record.to(State.BEGUN, Step.PREPARE);
        config = new ConfigFile(file, record);
    }

    /** Another process sees only what is on disk. */
    private ConfigFile reread() throws Exception {
        return new ConfigFile(file, ProvisionRecord.read(folder.resolve("data")).orElseThrow());
    }

    private ProvisionRecord record() throws Exception {
        return ProvisionRecord.read(folder.resolve("data")).orElseThrow();
    }

    private void runToConfigure() throws Exception {
        reread().prepare();
        Files.writeString(reread().staged(), OF_THE_CLONE);
        reread().exchange();
        reread().write(Map.of("super_read_only", "ON"));
    }

    private void assertNothingIsLeftBesides(String... names) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void putsTheFileBackByteByByteWithItsMode() throws Exception {
        Files.writeString(file, BEFORE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        runToConfigure();
        assertThat(file)
                .content()
                .isEqualTo(OF_THE_CLONE + "# Written by jclone provision: this server is a replica.\n"
                        + "super_read_only=ON\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");

        reread().restore();
        reread().restore();

        assertThat(file).content().isEqualTo(BEFORE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertNothingIsLeftBesides("data", "data.cnf");
    }

    @Test
    void theOldServerReadsTheOldSettingsUntilTheExchange() throws Exception {
        Files.writeString(file, BEFORE);
        reread().prepare();
        Files.writeString(reread().staged(), OF_THE_CLONE);

        assertThat(file).content().isEqualTo(BEFORE);
        assertThat(record().has(Fact.CONFIG_BEFORE)).isFalse();

        reread().restore();
        assertThat(file).content().isEqualTo(BEFORE);
        assertNothingIsLeftBesides("data", "data.cnf");
    }

    @Test
    void removesAFileThatTheRunMade() throws Exception {
        reread().prepare();
        assertThat(file).content().contains("\nloose_jclone_provision_has_begun=ON\n");
        assertThat(reread().arguments()).containsExactly("--loose_jclone_provision_has_begun=ON");
        reread().restore();
        assertNothingIsLeftBesides("data");

        runToConfigure();
        assertThat(file).content().doesNotContain("loose_jclone");
        reread().restore();
        reread().restore();
        assertNothingIsLeftBesides("data");
    }

    @Test
    void theMarkOfTheTrialDoesNotStayInAFileWithoutAClone() throws Exception {
        reread().prepare();
        reread().write(Map.of("super_read_only", "ON"));
        assertThat(reread().arguments()).containsExactly("--super_read_only=ON");
        assertThat(file).content().doesNotContain("has begun");
    }

    /** A process that was killed between the two had changed nothing. */
    @Test
    void keepsTheFileAlthoughOnlyItsIntentionWasRecorded() throws Exception {
        Files.writeString(file, BEFORE);
        Files.writeString(folder.resolve("data.cnf.jclone-old.tmp"), "half");
        record().set(Fact.CONFIG_BEFORE, "kept");

        reread().restore();
        assertThat(file).content().isEqualTo(BEFORE);

        runToConfigure();
        reread().restore();
        assertThat(file).content().isEqualTo(BEFORE);
        assertNothingIsLeftBesides("data", "data.cnf");
    }

    @Test
    void aCopyOfAnEarlierRunIsNotPutBack() throws Exception {
        Files.writeString(file, BEFORE);
        Files.writeString(folder.resolve("data.cnf.jclone-old"), "of a run with --keep-old");
        reread().restore();
        assertThat(folder.resolve("data.cnf.jclone-old")).exists();

        runToConfigure();
        reread().restore();
        assertThat(file).content().isEqualTo(BEFORE);
    }

    @Test
    void forgetsTheOldFileAtTheEnd() throws Exception {
        Files.writeString(file, BEFORE);
        runToConfigure();
        assertThat(folder.resolve("data.cnf.jclone-old")).content().isEqualTo(BEFORE);
        reread().forget();
        assertNothingIsLeftBesides("data", "data.cnf");
    }

    @Test
    void touchesNoFileOfOthers() throws Exception {
        Files.writeString(file, "[mysqld]\nserver_id=3\n");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> config.prepare())
                .withMessageContaining("was not written by jclone")
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.USAGE));

        record().set(Fact.CONFIG_BEFORE, "none"); // of a record that somebody has written
        reread().restore();
        assertThat(file).exists();
    }
}
