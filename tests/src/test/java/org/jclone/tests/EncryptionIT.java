package org.jclone.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
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

    private static final BandwidthLimits SLOW = new BandwidthLimits(2, 0);
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    /** Written to encrypted tables only, so no file may contain it. */
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

    private static final String OTHER_KEY = "{\"user\":\"\",\"data_id\":\"INNODBKey-of-somebody-else\","
            + "\"data_type\":\"AES\",\"data\":\"00FF\",\"extension\":[]}";

    private final Servers servers;
    private MySqlServer donor;
    private EncryptedClones clones;

    EncryptionIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void createDonor() {
        donor = servers.encryptedDonor();
        clones = new EncryptedClones(servers, donor);
    }

    @Test
    void theServerOpensRewrappedKeysAfterWritesDuringTheClone() throws Exception {
        donor.sql("CREATE TABLE churn.marked (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT) ENCRYPTION = 'Y'");
        donor.sql(INSERT_MARKER);
        String expected = donor.fingerprint(COMPARED);
        Path keyring = clones.newKeyring();
        Files.writeString(keyring, "{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + "]}");
        Path directory = servers.newPath("c");

        CloneResult result = Churn.during(donor, () -> {
            StagedClone clone = StagedClone.begin(clones.request(directory, keyring)
                    .transfer(it -> it.withMaxConcurrency(4).withBandwidthLimits(SLOW)));
            clone.awaitStage(CloneStage.FILE_COPY);
            donor.sql(INSERT_MARKER); // arrives in the redo log or in a page
            clone.limit(BandwidthLimits.NONE);
            return clone.await();
        });

        TargetEncryption encryption = result.encryption().orElseThrow();
        assertThat(encryption.keyringFile()).contains(keyring);
        assertThat(encryption.tablespaces()).isGreaterThanOrEqualTo(10);
        assertThat(encryption.redoLog()).isTrue();
        assertThat(encryption.undoLog()).isTrue();
        assertThat(Files.readString(keyring)).contains(OTHER_KEY).contains(encryption.masterKey());
        assertThat(clones.assertNoPlainKey(directory, keyring, encryption).keySet())
                .contains(EACH_KIND);
        assertThat(EncryptedPages.of(directory).kinds()).containsOnlyKeys("plain", "zip", "page-compressed");
        assertThat(EncryptedFiles.containing(directory, List.of(MARKER.getBytes(US_ASCII))))
                .isEmpty();
        try (MySqlServer clone = clones.start(directory, keyring)) {
            assertThat(clone.number("SELECT COUNT(*) FROM churn.marked WHERE t = '" + MARKER + "'"))
                    .isEqualTo(2);
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(Churn.state(clone).bad()).isZero();
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            clone.stop();
            clone.start();
            assertThat(clone.check()).startsWith("checked");
            clone.stop();
            // Left by recovery and shutdown: pages, doublewrite buffers, redo log.
            assertThat(EncryptedFiles.containing(directory, List.of(MARKER.getBytes(US_ASCII))))
                    .isEmpty();
        }
    }

    @Test
    void refusesWithoutTls() throws Exception {
        Path directory = servers.newPath("c");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(clones.request(directory, clones.newKeyring())
                        .tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true))))
                .withMessageContaining("error 3872")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ENCRYPTION_NEEDS_TLS));
        assertThat(directory).doesNotExist();
    }

    @Test
    void refusesWithoutKeyring() throws Exception {
        Path directory = servers.newPath("c");
        CloneRequest.Builder request =
                clones.request(directory, clones.newKeyring()).target(it -> it.withEncryption(EncryptionSettings.NONE));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(request))
                .withMessageContaining("is encrypted, and there is no keyring for its key")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING));
        assertThat(directory).doesNotExist();
    }

    @Test
    void theServerOpensKeysWrappedWithThePublicKey() throws Exception {
        Path directory = servers.newPath("c");
        Clones.run(clones.request(directory, clones.newKeyring())
                .target(it -> it.withEncryption(new EncryptionSettings(Optional.empty(), true))));
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid", "--encrypt")) {
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
        }
    }
}
