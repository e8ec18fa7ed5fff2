package org.jclone.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
import org.jclone.tests.files.EncryptedPages;
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
    private static final long TIMEOUT_SECONDS = 120;
    private static final BandwidthLimits SLOW = new BandwidthLimits(2, 0);
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    /** In encrypted tables only, and found nowhere. */
    private static final String MARKER = "what nobody may read who has no key";

    private static final String INSERT_MARKER = "INSERT INTO churn.marked (t) VALUES ('" + MARKER + "')";

    private static final String[] EACH_KIND = {
        "mysql.ibd",
        "undo_001",
        "undo_002",
        "vault_space.ibd",
        "shop/encrypted.ibd",
        "vault/by_default.ibd",
        "vault/encrypted_and_packed.ibd",
        "vault/encrypted_compressed.ibd",
        "vault/after_rotation.ibd",
        "#innodb_redo/#ib_redo0"
    };

    private static final String[] MADE_MEANWHILE = {
        "enc1/to_encrypted.ibd",
        "enc1/born.ibd",
        "enc1/born_packed.ibd",
        "enc1/born_compressed.ibd",
        "enc1/truncated.ibd",
        "enc1/new@0020n@0kme.ibd",
        "space_to_encrypted1.ibd",
        "fresh1.ibd",
        "enc2/born.ibd",
        "enc2/born_packed.ibd",
        "enc2/born_compressed.ibd",
        "enc2/truncated.ibd",
        "enc2/new@0020n@0kme.ibd",
        "fresh2.ibd"
    };

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
        donor.sql("CREATE TABLE churn.marked (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT) ENCRYPTION = 'Y'");
        donor.sql(INSERT_MARKER);
        String expected = donor.fingerprint(COMPARED);
        Path keyring = newKeyring();
        Files.writeString(keyring, "{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + "]}");
        Path directory = servers.newPath("c");

        BlockingQueue<CloneStage> stages = new LinkedBlockingQueue<>();
        CloneRecipient recipient = new CloneRecipient(
                request(directory, keyring)
                        .maxConcurrency(4)
                        .bandwidthLimits(SLOW)
                        .build(),
                new StageListener(stages));
        CloneResult result = Churn.during(donor, () -> {
            CompletableFuture<CloneResult> clone = CompletableFuture.supplyAsync(() -> runUnchecked(recipient));
            awaitStage(CloneStage.FILE_COPY, stages, clone);
            donor.sql(INSERT_MARKER); // comes with the redo log, or with a page
            recipient.setBandwidthLimits(BandwidthLimits.NONE);
            return clone.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        });

        TargetEncryption encryption = result.encryption().orElseThrow();
        assertThat(encryption.keyringFile()).contains(keyring);
        assertThat(encryption.tablespaces()).isGreaterThanOrEqualTo(10);
        assertThat(encryption.redoLog()).isTrue();
        assertThat(encryption.undoLog()).isTrue();
        assertThat(Files.readString(keyring)).contains(OTHER_KEY).contains(encryption.masterKey());
        assertThat(assertNoPlainKey(directory, keyring, encryption).keySet()).contains(EACH_KIND);
        assertThat(EncryptedPages.of(directory).kinds()).containsOnlyKeys("plain", "zip", "page-compressed");
        assertThat(EncryptedFiles.containing(directory, List.of(MARKER.getBytes(US_ASCII))))
                .isEmpty();
        try (MySqlServer clone = start(directory, keyring)) {
            assertThat(clone.number("SELECT COUNT(*) FROM churn.marked WHERE t = '" + MARKER + "'"))
                    .isEqualTo(2);
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(Churn.state(clone).bad()).isZero();
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            clone.stop();
            clone.start();
            assertThat(clone.check()).startsWith("checked");
            clone.stop();
            // What recovery and shutdown left: pages, doublewrite buffers, redo log.
            assertThat(EncryptedFiles.containing(directory, List.of(MARKER.getBytes(US_ASCII))))
                    .isEmpty();
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
        Map<String, TablespaceKey> keys =
                assertNoPlainKey(directory, keyring, result.encryption().orElseThrow());
        Map<String, TablespaceKey> expected = EncryptedFiles.keys(donor.dataDirectory(), donor.keyring(), PAGE_SIZE);
        // Of files that the donor sends keys of in PAGE COPY, and of those that come with a key of their own.
        assertThat(keys.keySet()).contains(MADE_MEANWHILE).doesNotContain("enc1/to_plain.ibd", "space_to_plain1.ibd");
        keys.keySet()
                .removeIf(name -> name.startsWith("#innodb_redo/") || name.matches(".*to_(plain|encrypted)2?.ibd"));
        assertThat(expected).containsAllEntriesOf(keys);
        try (MySqlServer server = start(directory, keyring)) {
            assertThat(encryptionOf(server, 1)).isEqualTo(encryptionOf(donor, 1));
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
        List<String> options = new ArrayList<>(
                List.of("--data", directory.toString(), "--gtid", "--encrypt", "--keyring", keyring.toString()));
        options.addAll(List.of("--set", "innodb_redo_log_encrypt=ON", "--set", "innodb_undo_log_encrypt=ON"));
        return servers.create(options.toArray(String[]::new));
    }

    /**
     * Opens all keys with the keyring: each tablespace that is encrypted has one, and no other has; each file of the redo log
     * has the same. None of them is found anywhere as it is, nor in hexadecimal digits.
     */
    private Map<String, TablespaceKey> assertNoPlainKey(Path directory, Path keyring, TargetEncryption encryption)
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

    /** As the server sees it; of the tablespaces and tables of one round of DDL. */
    private static String encryptionOf(MySqlServer server, int round) {
        return server.sql("SELECT name, encryption FROM information_schema.innodb_tablespaces WHERE name LIKE 'enc"
                + round + "/%' OR name IN ('fresh" + round + "', 'space_to_encrypted" + round + "', 'space_to_plain"
                + round + "') ORDER BY name");
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
