package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** DDL encrypts and decrypts tables and tablespaces while they are cloned. */
@RealServer
class EncryptedDdlIT {

    private static final BandwidthLimits SLOW = new BandwidthLimits(2, 0);

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

    /** Rebuilds a table, or rewrites a tablespace page by page. */
    private static final String REWRITE = """
            USE enc%1$d;
            ALTER TABLE to_encrypted ENCRYPTION = 'Y';
            ALTER TABLE to_plain ENCRYPTION = 'N';
            ALTER TABLESPACE space_to_encrypted%1$d ENCRYPTION = 'Y';
            ALTER TABLESPACE space_to_plain%1$d ENCRYPTION = 'N';
            """;

    private final Servers servers;
    private final MySqlServer donor;
    private final EncryptedClones clones;

    EncryptedDdlIT(Servers servers) {
        this.servers = servers;
        donor = servers.encryptedDonor();
        clones = new EncryptedClones(servers, donor);
    }

    @Test
    void clonesWhileDdlEncryptsAndDecrypts() throws Exception {
        donor.sql(PREPARE.formatted(1));
        donor.sql(PREPARE.formatted(2));
        Path keyring = clones.newKeyring();
        Path directory = servers.newPath("c");
        StagedClone clone;
        CompletableFuture<Void> rewrite;
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            Acknowledgements acknowledgements = Acknowledgements.ofTheLibrary(proxy);
            acknowledgements.withhold(CloneStage.FILE_COPY);
            clone = StagedClone.begin(clones.request(directory, keyring)
                    .donor(new DonorAddress("127.0.0.1", proxy.port()))
                    .transfer(it -> it.withMaxConcurrency(4)
                            .withAutotuneConcurrency(false)
                            .withBandwidthLimits(SLOW)));

            clone.awaitStage(CloneStage.FILE_COPY);
            donor.sql(ROUND.formatted(1));
            donor.sql(REWRITE.formatted(1));
            donor.sql("UPDATE churn.account SET pad = REPEAT('y', 200)");
            clone.limit(BandwidthLimits.NONE);
            acknowledgements.withholdNext();

            clone.awaitStage(CloneStage.PAGE_COPY);
            clone.limit(new BandwidthLimits(1, 0));
            donor.sql(ROUND.formatted(2));
            clone.assertStillIn(CloneStage.PAGE_COPY);
            rewrite = CompletableFuture.runAsync(() -> donor.sql(REWRITE.formatted(2)));
            TimeUnit.SECONDS.sleep(1);
            clone.limit(BandwidthLimits.NONE);
            proxy.heal();
            clone.await();
        }

        CloneResult result = clone.await();
        rewrite.get(1, TimeUnit.MINUTES);
        Map<String, TablespaceKey> keys =
                clones.assertNoPlainKey(directory, keyring, result.encryption().orElseThrow());
        Map<String, TablespaceKey> expected =
                EncryptedFiles.keys(donor.dataDirectory(), donor.keyring(), EncryptedClones.PAGE_SIZE);
        // Both files whose keys the donor sends in PAGE COPY, and files that arrive with a key of their own.
        assertThat(keys.keySet()).contains(MADE_MEANWHILE).doesNotContain("enc1/to_plain.ibd", "space_to_plain1.ibd");
        // A clone may end within an ALTER TABLE; the copy of the table that it makes has a name with #sql.
        keys.keySet()
                .removeIf(name -> name.startsWith("#innodb_redo/")
                        || name.contains("/#sql")
                        || name.matches(".*to_(plain|encrypted)2?.ibd"));
        assertThat(expected).containsAllEntriesOf(keys);
        try (MySqlServer server = clones.start(directory, keyring)) {
            assertThat(encryptionOf(server, 1)).isEqualTo(encryptionOf(donor, 1));
            // Excludes statements that waited for the end of the clone.
            server.sql(REWRITE.formatted(2));
            assertThat(server.fingerprint("--no-gtid")).isEqualTo(donor.fingerprint("--no-gtid"));
            assertThat(server.check()).startsWith("checked");
        }
    }

    /** Returns the encryption of the tablespaces and tables of one round of DDL, as the server sees it. */
    private static String encryptionOf(MySqlServer server, int round) {
        return server.sql("SELECT name, encryption FROM information_schema.innodb_tablespaces WHERE name LIKE 'enc"
                + round + "/%' OR name IN ('fresh" + round + "', 'space_to_encrypted" + round + "', 'space_to_plain"
                + round + "') ORDER BY name");
    }
}
