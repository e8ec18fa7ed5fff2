package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.Servers;

/**
 * Clones of a donor with encrypted data: how they are begun, watched and opened, and that no key is about in plain
 * text.
 */
record EncryptedClones(Servers servers, MySqlServer donor) {

    static final int PAGE_SIZE = 16384;
    static final long TIMEOUT_SECONDS = 120;

    CloneRequest.Builder request(Path directory, Path keyring) {
        return Clones.request(donor, directory)
                .sslMode(SslMode.REQUIRED)
                .encryption(EncryptionSettings.keyringFile(keyring));
    }

    Path newKeyring() throws Exception {
        return Files.createDirectory(servers.newPath("k")).resolve("keyring");
    }

    MySqlServer start(Path directory, Path keyring) {
        List<String> options = new ArrayList<>(
                List.of("--data", directory.toString(), "--gtid", "--encrypt", "--keyring", keyring.toString()));
        options.addAll(List.of("--set", "innodb_redo_log_encrypt=ON", "--set", "innodb_undo_log_encrypt=ON"));
        return servers.create(options.toArray(String[]::new));
    }

    /**
     * Opens all keys with the keyring: each tablespace that is encrypted has one, and no other has; each file of the
     * redo log has the same. None of them is found anywhere as it is, nor in hexadecimal digits.
     */
    Map<String, TablespaceKey> assertNoPlainKey(Path directory, Path keyring, TargetEncryption encryption)
            throws Exception {
        Map<String, TablespaceKey> keys = EncryptedFiles.keys(directory, keyring, PAGE_SIZE);
        List<byte[]> secrets = EncryptedFiles.secrets(keys.values());
        Map<Boolean, List<String>> redo =
                keys.keySet().stream().collect(Collectors.partitioningBy(name -> name.startsWith("#innodb_redo/")));
        assertThat(redo.get(true).stream().map(keys::get).distinct()).hasSize(1);
        assertThat(redo.get(false))
                .containsExactlyInAnyOrderElementsOf(EncryptedFiles.flagged(directory, PAGE_SIZE))
                .hasSize(encryption.tablespaces());
        assertThat(EncryptedFiles.containing(directory, secrets)).isEmpty();
        assertThat(EncryptedFiles.containing(keyring.getParent(), secrets)).isEmpty();
        assertThat(EncryptedFiles.containing(donor.folder().resolve("mysqld.log"), secrets))
                .isEmpty();
        return keys;
    }

    static CloneResult runUnchecked(CloneRecipient recipient) {
        try {
            return recipient.run();
        } catch (CloneException e) {
            throw new IllegalStateException(e);
        }
    }

    static void awaitStage(CloneStage stage, BlockingQueue<CloneStage> stages, CompletableFuture<CloneResult> clone)
            throws InterruptedException {
        CloneStage started;
        do {
            started = stages.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            assertThat(clone).isNotCompletedExceptionally();
            assertThat(started).isNotNull();
        } while (started != stage);
    }

    /** Hands on which stage begins. */
    record StageListener(BlockingQueue<CloneStage> stages) implements CloneListener {

        @Override
        public void onEvent(CloneEvent event) {
            if (event instanceof CloneEvent.StageStarted started) {
                stages.add(started.stage().stage());
            }
        }
    }
}
