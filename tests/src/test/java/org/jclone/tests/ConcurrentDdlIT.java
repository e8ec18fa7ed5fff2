package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables and tablespaces are created, dropped and renamed while they are cloned. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrentDdlIT {

    private static final BandwidthLimits SLOW = new BandwidthLimits(12, 0);
    private static final BandwidthLimits SLOWER = new BandwidthLimits(1, 0);
    private static final long TIMEOUT_SECONDS = 60;

    /** The objects of one round of DDL; each round has tables of its own. */
    private static final String PREPARE = """
            CREATE SCHEMA ddl%1$d;
            USE ddl%1$d;
            CREATE TABLE filled (id INT PRIMARY KEY, t CHAR(200));
            INSERT INTO filled SELECT n, SHA2(n, 512) FROM shop.numbers;
            CREATE TABLE dropped LIKE filled; INSERT INTO dropped SELECT * FROM filled;
            CREATE TABLE renamed LIKE filled; INSERT INTO renamed SELECT * FROM filled;
            CREATE TABLE moved LIKE filled; INSERT INTO moved SELECT * FROM filled;
            CREATE TABLE truncated LIKE filled; INSERT INTO truncated SELECT * FROM filled;
            CREATE TABLE indexed LIKE filled; INSERT INTO indexed SELECT * FROM filled;
            CREATE TABLE widened LIKE filled; INSERT INTO widened SELECT * FROM filled;
            CREATE TABLE rebuilt LIKE filled; INSERT INTO rebuilt SELECT * FROM filled;
            CREATE TABLE one (id INT PRIMARY KEY); INSERT INTO one VALUES (1);
            CREATE TABLE two (id INT PRIMARY KEY); INSERT INTO two VALUES (2);
            CREATE TABLE parts (id INT PRIMARY KEY, t CHAR(200)) PARTITION BY RANGE (id)
              (PARTITION low VALUES LESS THAN (3000), PARTITION middle VALUES LESS THAN (6000),
               PARTITION high VALUES LESS THAN MAXVALUE);
            INSERT INTO parts SELECT * FROM filled;
            CREATE TABLESPACE space%1$d ADD DATAFILE 'space%1$d.ibd';
            CREATE TABLE in_space (id INT PRIMARY KEY, t CHAR(200)) TABLESPACE space%1$d;
            INSERT INTO in_space SELECT * FROM filled;
            CREATE TABLESPACE gone%1$d ADD DATAFILE 'gone%1$d.ibd';
            CREATE SCHEMA old%1$d;
            CREATE TABLE old%1$d.t (id INT PRIMARY KEY);
            """;

    private static final String ROUND = """
            USE ddl%1$d;
            DROP TABLE dropped;
            RENAME TABLE renamed TO `new näme`;
            RENAME TABLE moved TO shop.moved_from_%1$d;
            RENAME TABLE one TO swap, two TO one, swap TO two;
            TRUNCATE TABLE truncated;
            INSERT INTO truncated VALUES (7, 'after');
            ALTER TABLE widened ADD COLUMN u INT DEFAULT 5, ALGORITHM = INSTANT;
            CREATE TABLE born LIKE filled;
            INSERT INTO born SELECT * FROM filled;
            CREATE TABLE born_packed (id INT PRIMARY KEY, t TEXT) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8;
            INSERT INTO born_packed SELECT id, t FROM filled;
            CREATE TABLE born_and_gone LIKE filled;
            DROP TABLE born_and_gone;
            CREATE TABLE born_and_renamed LIKE filled;
            INSERT INTO born_and_renamed SELECT * FROM filled WHERE id < 100;
            RENAME TABLE born_and_renamed TO grown_up;
            ALTER TABLE parts TRUNCATE PARTITION low;
            ALTER TABLE parts DROP PARTITION middle;
            ALTER TABLE parts REORGANIZE PARTITION high INTO
              (PARTITION higher VALUES LESS THAN (9000), PARTITION highest VALUES LESS THAN MAXVALUE);
            ALTER TABLESPACE space%1$d RENAME TO renamed_space%1$d;
            DROP TABLESPACE gone%1$d;
            CREATE TABLESPACE fresh%1$d ADD DATAFILE 'fresh%1$d.ibd';
            CREATE TABLE in_fresh (id INT PRIMARY KEY) TABLESPACE fresh%1$d;
            INSERT INTO in_fresh SELECT id FROM filled;
            CREATE UNDO TABLESPACE undo_born%1$d ADD DATAFILE 'undo_born%1$d.ibu';
            CREATE SCHEMA `schema born %1$d`;
            CREATE TABLE `schema born %1$d`.t LIKE filled;
            INSERT INTO `schema born %1$d`.t SELECT * FROM filled;
            DROP SCHEMA old%1$d;
            """;

    /** Writes to files without the redo log, which the donor blocks during PAGE COPY. */
    private static final String UNLOGGED = """
            USE ddl%1$d;
            ALTER TABLE indexed ADD KEY t (t);
            ALTER TABLE rebuilt FORCE;
            """;

    /** Twenty tables that are created, filled, renamed, truncated, rebuilt and dropped in turn. */
    private static final String ENDLESS = """
            CREATE SCHEMA ddl;
            CREATE TABLE ddl.seed (id INT PRIMARY KEY, t CHAR(200));
            INSERT INTO ddl.seed SELECT n, SHA2(n, 512) FROM shop.numbers WHERE n <= 500;
            DELIMITER //
            CREATE PROCEDURE ddl.one(IN statement TEXT)
            BEGIN
              SET @statement = statement;
              PREPARE s FROM @statement;
              EXECUTE s;
              DEALLOCATE PREPARE s;
            END//
            CREATE PROCEDURE ddl.work(IN seconds INT)
            BEGIN
              DECLARE until DATETIME(6) DEFAULT SYSDATE(6) + INTERVAL seconds SECOND;
              DECLARE i INT DEFAULT 0;
              WHILE SYSDATE(6) < until DO
                SET i = i + 1;
                CALL ddl.one(CONCAT('DROP TABLE IF EXISTS ddl.a', i % 20, ', ddl.b', i % 20));
                CALL ddl.one(CONCAT('CREATE TABLE ddl.a', i % 20, ' LIKE ddl.seed'));
                CALL ddl.one(CONCAT('INSERT INTO ddl.a', i % 20, ' SELECT * FROM ddl.seed'));
                CALL ddl.one(CONCAT('ALTER TABLE ddl.a', i % 20, ' ADD KEY (t)'));
                IF i % 3 = 0 THEN CALL ddl.one(CONCAT('TRUNCATE TABLE ddl.a', i % 20)); END IF;
                IF i % 2 = 0 THEN CALL ddl.one(CONCAT('RENAME TABLE ddl.a', i % 20, ' TO ddl.b', i % 20)); END IF;
                IF i % 4 = 0 THEN CALL ddl.one(CONCAT('ALTER TABLE ddl.b', i % 20, ' FORCE')); END IF;
              END WHILE;
            END//
            DELIMITER ;
            """;

    private final Servers servers;

    ConcurrentDdlIT(Servers servers) {
        this.servers = servers;
    }

    /** One connection as well with {@code -Djclone.test.full=true}; {@link DiskOrderIT} has one, and a simulated donor. */
    static IntStream connections() {
        return Boolean.getBoolean("jclone.test.full") ? IntStream.of(1, 4) : IntStream.of(4);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void runsDdlInFileCopyAndPageCopy(int connections) throws Exception {
        try (MySqlServer donor = newDonor()) {
            donor.sql(PREPARE.formatted(1));
            donor.sql(PREPARE.formatted(2));
            Path directory = servers.newPath("c");
            StagedClone clone;
            try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
                Acknowledgements acknowledgements = Acknowledgements.ofTheLibrary(proxy);
                acknowledgements.withhold(CloneStage.FILE_COPY);
                clone = StagedClone.begin(Clones.request(donor, directory)
                        .donor(new DonorAddress("127.0.0.1", proxy.port()))
                        .transfer(it -> it.withMaxConcurrency(connections)
                                .withAutotuneConcurrency(false)
                                .withBandwidthLimits(SLOW)));

                clone.awaitStage(CloneStage.FILE_COPY);
                donor.sql(ROUND.formatted(1));
                donor.sql(UNLOGGED.formatted(1));
                dirtyPages(donor);
                clone.limit(BandwidthLimits.NONE);
                acknowledgements.withholdNext();

                clone.awaitStage(CloneStage.PAGE_COPY);
                clone.limit(SLOWER);
                donor.sql(ROUND.formatted(2));
                clone.assertStillIn(CloneStage.PAGE_COPY);
                clone.limit(BandwidthLimits.NONE);
                proxy.heal();
                clone.await();
            }
            assertThat(clone.events()).hasAtLeastOneElementOfType(CloneEvent.FileChanged.class);
            assertSameAs(donor, directory);
        }
    }

    @Test
    void runsDdlAllTheTime() throws Exception {
        try (MySqlServer donor = newDonor()) {
            donor.sql(ENDLESS);
            CompletableFuture<Void> ddl = CompletableFuture.runAsync(() -> donor.sql("CALL ddl.work(6)"));
            Path directory = servers.newPath("c");
            CloneResult result = Churn.during(
                    donor,
                    () -> Clones.run(Clones.request(donor, directory)
                            .transfer(it -> it.withBandwidthLimits(new BandwidthLimits(60, 0)))));
            assertThat(result.files()).isPositive();
            ddl.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
                assertThat(clone.check()).startsWith("checked");
                assertThat(Churn.state(clone).bad()).isZero();
                assertThat(clone.number("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ddl'"))
                        .isPositive();
            }
        }
    }

    /** The stages of the second kill: with {@code -Djclone.test.full=true} only. */
    static Stream<CloneStage> secondKills() {
        return Boolean.getBoolean("jclone.test.full") ? Stream.of(CloneStage.PAGE_COPY) : Stream.empty();
    }

    /** Kills the program in FILE COPY and once more, while tables change and an undo tablespace is truncated. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("secondKills")
    void resumesAfterKillsWhileTablesChange(CloneStage second) throws Exception {
        try (MySqlServer donor = newDonor()) {
            donor.sql(PREPARE.formatted(1));
            donor.sql(PREPARE.formatted(2));
            donor.sql("CREATE UNDO TABLESPACE third ADD DATAFILE 'third.ibu'");
            Path directory = servers.newPath("c");
            String first = ROUND.formatted(1) + UNLOGGED.formatted(1) + "ALTER UNDO TABLESPACE third SET INACTIVE;";
            killDuring(CloneStage.FILE_COPY, first, donor, directory, "--max-data-bandwidth=12");
            dirtyPages(donor);
            killDuring(second, ROUND.formatted(2), donor, directory, "--resume", "--max-data-bandwidth=30");

            CommandResult resumed = Fetches.fetchFrom(donor.port(), directory, "--resume");

            assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
            assertThat(donor.sql("SELECT state FROM information_schema.innodb_tablespaces WHERE name = 'third'"))
                    .isEqualTo("empty");
            assertSameAs(donor, directory);
        }
    }

    private static void killDuring(CloneStage stage, String ddl, MySqlServer donor, Path directory, String... options)
            throws Exception {
        List<String> fetch = Fetches.fetch(Fetches.address(donor), MySqlServer.CLONE_USER, directory, options);
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, fetch)) {
            Fetches.awaitStage(running, directory, stage);
            CompletableFuture<String> changes = CompletableFuture.supplyAsync(() -> donor.sql(ddl));
            TimeUnit.MILLISECONDS.sleep(300);
            running.signal("KILL");
            assertThat(running.await(Fetches.TIMEOUT).exitStatus()).isEqualTo(128 + 9);
            changes.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private MySqlServer newDonor() {
        // Flushes dirty pages soon, so that PAGE COPY has many pages.
        MySqlServer donor = servers.create(
                "--gtid", "--set", "innodb_max_dirty_pages_pct=0", "--set", "innodb_max_dirty_pages_pct_lwm=0");
        donor.load("tables");
        donor.prepareChurn();
        return donor;
    }

    /** Changes ten megabytes in pages that FILE COPY may have copied. */
    private static void dirtyPages(MySqlServer donor) throws InterruptedException {
        donor.sql("UPDATE churn.account SET pad = REPEAT('y', 200)");
        TimeUnit.SECONDS.sleep(1);
    }

    private void assertSameAs(MySqlServer donor, Path directory) {
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
            assertThat(clone.check()).startsWith("checked");
        }
    }
}
