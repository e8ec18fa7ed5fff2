package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalHead;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedCloneTest {

    private static final DonorAddress DONOR = new DonorAddress("127.0.0.1", 1);

    @TempDir
    Path temp;

    private Path root;
    private Path path;

    @BeforeEach
    void leaveOne() throws Exception {
        root = temp.resolve("clone");
        path = new CloneFolder(Files.createDirectories(root.resolve("#clone"))).journal();
        Files.createFile(root.resolve("#clone/#status_in_progress"));
        try (Journal journal = new Journal(JournalFile.create(path))) {
            journal.begin(new JournalHead(
                    DONOR.toString(),
                    Instant.EPOCH,
                    0x0103,
                    LocatorEntry.innodb(Locator.forVersion()).locator(),
                    Map.of("version", "9.7.4", "innodb_page_size", "16384"),
                    Map.of(),
                    Map.of()));
        }
    }

    private CloneRequest.Builder request() {
        return CloneRequest.builder()
                .donor(DONOR)
                .login(LoginSettings.of("clone_user", Password.empty()))
                .target(it -> it.withDirectory(root))
                .interruptions(it -> it.withResume(ResumeMode.REQUIRED));
    }

    /** A retry in this process must not report that another clone is under way. */
    @Test
    void isClosedWhenTheCloneFailsBeforeItResumes() throws Exception {
        CloneRequest refused = request()
                .target(it -> it.withServer(TargetServer.UNKNOWN.forClone(
                        false, Optional.of(temp.resolve("missing/my.cnf")), Optional.empty())))
                .build();

        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> new CloneRecipient(refused, CloneListener.NONE).run())
                    .withMessageContaining("--config-file");
        }
        assertThat(root.toFile().list()).containsExactly("#clone");
        try (JournalFile journal = JournalFile.open(path)) {
            assertThat(journal.isEmpty()).isFalse();
        }
    }

    @Test
    void removesNothingThroughASymbolicLink() throws Exception {
        Files.delete(path);
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        CloneRequest linked = request()
                .target(it -> it.withDirectory(link))
                .interruptions(it -> it.withResume(ResumeMode.AUTO))
                .build();

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> UnfinishedClone.find(linked))
                .withMessageContaining("symbolic link");
        assertThat(root.resolve("#clone/#status_in_progress")).exists();
    }
}
