package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
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
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A donor with encrypted tables, general tablespaces, {@code mysql.ibd}, undo and redo log. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncryptionIT {

    private static final int PAGE_SIZE = 16384;
    private static final long TIMEOUT_SECONDS = 60;
    private static final BandwidthLimits SLOW = new BandwidthLimits(60, 0);
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    private static final String OTHER_KEY = "{\"user\":\"\",\"data_id\":\"INNODBKey-of-somebody-else\","
            + "\"data_type\":\"AES\",\"data\":\"00FF\",\"extension\":[]}";

    private static final String PREPARE = """
            CREATE SCHEMA enc%1$d;
            USE enc%1$d;
            CREATE TABLE to_encrypted (id INT PRIMARY KEY, t CHAR(200));
            INSERT INTO to_encrypted SELECT n, SHA2(n, 512) FROM shop.numbers;
            CREATE TABLE to_plain (id INT PRIMARY KEY, t CHAR(200)) ENCRYPTION = 'Y';
            INSERT INTO to_plain SELECT * FROM to_encrypted;
            CREATE TABLE truncated LIKE to_plain; INSERT INTO truncated SELECT * FROM to_encrypted;
            CREATE TABLE renamed LIKE to_plain; INSERT INTO renamed SELECT * FROM to_encrypted;
            CREATE TABLE dropped LIKE to_plain; INSERT INTO dropped SELECT * FROM to_encrypted;
            CREATE TABLESPACE space_to_encrypted%1$d ADD DATAFILE 'space_to_encrypted%1$d.ibd';
            CREATE TABLE in_space_to_encrypted (id INT PRIMARY KEY, t CHAR(200)) TABLESPACE space_to_encrypted%1$d;
            INSERT INTO in_space_to_encrypted SELECT * FROM to_encrypted;
            CREATE TABLESPACE space_to_plain%1$d ADD DATAFILE 'space_to_plain%1$d.ibd' ENCRYPTION = 'Y';
            CREATE TABLE in_space_to_plain (id INT PRIMARY KEY, t CHAR(200)) TABLESPACE space_to_plain%1$d ENCRYPTION = 'Y';
            INSERT INTO in_space_to_plain SELECT * FROM to_encrypted;
            """;

    private static final String ROUND = """
            USE enc%1$d;
            RENAME TABLE renamed TO `new näme`;
            TRUNCATE TABLE truncated;
            INSERT INTO truncated VALUES (7, 'after');
            DROP TABLE dropped;
            CREATE TABLE born (id INT PRIMARY KEY, t CHAR(200)) ENCRYPTION = 'Y';
            INSERT INTO born SELECT * FROM to_encrypted;
            CREATE TABLE born_packed (id INT PRIMARY KEY, t TEXT) ENCRYPTION = 'Y' COMPRESSION = 'zlib';
            INSERT INTO born_packed SELECT * FROM to_encrypted;
            CREATE TABLE born_compressed (id INT PRIMARY KEY, t TEXT) ENCRYPTION = 'Y' ROW_FORMAT = COMPRESSED;
            INSERT INTO born_compressed SELECT * FROM to_encrypted;
            CREATE TABLESPACE fresh%1$d ADD DATAFILE 'fresh%1$d.ibd' ENCRYPTION = 'Y';
            CREATE TABLE in_fresh (id INT PRIMARY KEY, t CHAR(200)) TABLESPACE fresh%1$d ENCRYPTION = 'Y';
            INSERT INTO in_fresh SELECT * FROM to_encrypted;
            ALTER INSTANCE ROTATE INNODB MASTER KEY;
            """;

    /** Rebuilds a table, or writes a tablespace anew page by page. */
    private static final String REWRITE = """
            USE enc%1$d;
            ALTER TABLE to_encrypted ENCRYPTION = 'Y';
            ALTER TABLE to_plain ENCRYPTION = 'N';
            ALTER TABLESPACE space_to_encrypted%1$d ENCRYPTION = 'Y';
            ALTER TABLESPACE space_to_plain%1$d ENCRYPTION = 'N';
            """;

    private final Servers servers;
    private MySqlServer donor;

    EncryptionIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void createDonor() {
        donor = servers.encryptedDonor();
    }

    @Test
    void theServerOpensWhatWasWrappedAnewWhileTheDonorWasWrittenTo() throws Exception {
        String expected = donor.fingerprint(COMPARED);
        Path keyring = newKeyring();
        Files.writeString(keyring, "{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + "]}");
        Path directory = servers.newPath("c");

        CloneResult result =
                Churn.during(donor, () -> Clones.run(request(directory, keyring).maxConcurrency(4)));

        TargetEncryption encryption = result.encryption().orElseThrow();
        assertThat(encryption.keyringFile()).contains(keyring);
        assertThat(encryption.tablespaces()).isGreaterThanOrEqualTo(10);
        assertThat(encryption.redoLog()).isTrue();
        assertThat(encryption.undoLog()).isTrue();
        assertThat(Files.readString(keyring)).contains(OTHER_KEY).contains(encryption.masterKey());
        assertNoPlainKey(directory, keyring, encryption.tablespaces());
        try (MySqlServer clone = start(directory, keyring)) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(Churn.state(clone).bad()).isZero();
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            clone.stop();
            clone.start();
            assertThat(clone.check()).startsWith("checked");
        }
    }

    @Test
    void ddlEncryptsAndDecryptsMeanwhile() throws Exception {
        donor.sql(PREPARE.formatted(1));
        donor.sql(PREPARE.formatted(2));
        Path keyring = newKeyring();
        Path directory = servers.newPath("c");
        BlockingQueue<CloneStage> stages = new LinkedBlockingQueue<>();
        CloneRecipient recipient = new CloneRecipient(
                request(directory, keyring)
                        .maxConcurrency(4)
                        .autotuneConcurrency(false)
                        .bandwidthLimits(SLOW)
                        .build(),
                new StageListener(stages));
        CompletableFuture<CloneResult> clone = CompletableFuture.supplyAsync(() -> runUnchecked(recipient));

        awaitStage(CloneStage.FILE_COPY, stages, clone);
        donor.sql(ROUND.formatted(1));
        donor.sql(REWRITE.formatted(1));
        donor.sql("UPDATE churn.account SET pad = REPEAT('y', 200)");
        assertThat(recipient.progress().current()).contains(CloneStage.FILE_COPY);
        recipient.setBandwidthLimits(BandwidthLimits.NONE);

        awaitStage(CloneStage.PAGE_COPY, stages, clone);
        recipient.setBandwidthLimits(new BandwidthLimits(1, 0));
        donor.sql(ROUND.formatted(2));
        assertThat(recipient.progress().current()).contains(CloneStage.PAGE_COPY);
        CompletableFuture<Void> rewrite = CompletableFuture.runAsync(() -> donor.sql(REWRITE.formatted(2)));
        TimeUnit.SECONDS.sleep(1);
        recipient.setBandwidthLimits(BandwidthLimits.NONE);

        CloneResult result = clone.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        rewrite.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertNoPlainKey(directory, keyring, result.encryption().orElseThrow().tablespaces());
        try (MySqlServer server = start(directory, keyring)) {
            // What was waiting for the clone to end is not part of it.
            server.sql(REWRITE.formatted(2));
            assertThat(server.fingerprint("--no-gtid")).isEqualTo(donor.fingerprint("--no-gtid"));
            assertThat(server.check()).startsWith("checked");
        }
    }

    @Test
    void refusesWithoutTls() throws Exception {
        Path directory = servers.newPath("c");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(request(directory, newKeyring())
                        .sslMode(SslMode.DISABLED)
                        .getServerPublicKey(true)))
                .withMessageContaining("error 3872")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ENCRYPTION_NEEDS_TLS));
        Clones.assertNotUsable(directory);
    }

    @Test
    void refusesWithoutKeyring() throws Exception {
        Path directory = servers.newPath("c");
        CloneRequest.Builder request = request(directory, newKeyring()).encryption(EncryptionSettings.NONE);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(request))
                .withMessageContaining("is encrypted, and there is no keyring for its key")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING));
        Clones.assertNotUsable(directory);
        assertThat(EncryptedFiles.bytesIn(directory)).as("copied").isLessThan(100_000);
    }

    @Test
    void theServerOpensWhatThePublicKeyWraps() throws Exception {
        Path directory = servers.newPath("c");
        Clones.run(request(directory, newKeyring()).encryption(new EncryptionSettings(Optional.empty(), true)));
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid", "--encrypt")) {
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
        }
    }

    private CloneRequest.Builder request(Path directory, Path keyring) {
        return Clones.request(donor, directory)
                .sslMode(SslMode.REQUIRED)
                .encryption(EncryptionSettings.keyringFile(keyring));
    }

    private Path newKeyring() throws Exception {
        return Files.createDirectory(servers.newPath("k")).resolve("keyring");
    }

    private MySqlServer start(Path directory, Path keyring) {
        return servers.create("--data", directory.toString(), "--gtid", "--encrypt", "--keyring", keyring.toString());
    }

    /** Opens all keys with the keyring, and finds none of them anywhere as it is. */
    private static void assertNoPlainKey(Path directory, Path keyring, int tablespaces) throws Exception {
        List<TablespaceKey> keys = EncryptedFiles.keys(directory, keyring, PAGE_SIZE);
        // The redo log has one too, and so may a tablespace that the donor is about to decrypt.
        assertThat(keys).hasSizeGreaterThan(tablespaces);
        List<byte[]> secrets = new ArrayList<>();
        for (TablespaceKey key : keys) {
            secrets.add(Arrays.copyOf(key.toByteArray(), TablespaceKey.KEY_LENGTH));
        }
        assertThat(EncryptedFiles.containing(directory, secrets)).isEmpty();
    }

    private static CloneResult runUnchecked(CloneRecipient recipient) {
        try {
            return recipient.run();
        } catch (CloneException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitStage(
            CloneStage stage, BlockingQueue<CloneStage> stages, CompletableFuture<CloneResult> clone)
            throws InterruptedException {
        CloneStage started;
        do {
            started = stages.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            assertThat(clone).isNotCompletedExceptionally();
            assertThat(started).isNotNull();
        } while (started != stage);
    }

    /** Hands on which stage begins. */
    private record StageListener(BlockingQueue<CloneStage> stages) implements CloneListener {

        @Override
        public void onEvent(CloneEvent event) {
            if (event instanceof CloneEvent.StageStarted started) {
                stages.add(started.stage().stage());
            }
        }
    }
}
