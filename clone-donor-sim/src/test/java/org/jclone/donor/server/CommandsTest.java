package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorListener;
import org.jclone.donor.api.DonorTls;
import org.jclone.donor.api.FailedLogin;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.server.RawClient.Packet;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.command.TextRow;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SQL commands, the way into clone mode and out of it, and violations of the protocol, byte by byte. */
class CommandsTest {

    private static final Account ADMIN = new Account("admin", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final Account OTHER = new Account("other", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, false);
    private static final int COM_QUIT = 1;
    private static final int COM_STATISTICS = 9;
    private static final int COM_PING = 14;
    private static final int COM_RESET_CONNECTION = 31;
    private static final int COM_CLONE = 32;

    private DonorServer donor;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        MadeData data = MadeData.builder(1).table("t/a", 1 << 20).build();
        donor = DonorServer.start(
                DonorConfig.builder(data).account(ADMIN).account(OTHER).build());
        client = RawClient.loggedIn(donor.port(), ADMIN);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        donor.close();
    }

    @Test
    void acceptsHarmlessCommands() throws IOException {
        assertOk(client.command(COM_PING));
        assertOk(client.command(COM_RESET_CONNECTION));
        assertOk(query("SET NAMES utf8mb4"));
        assertOk(query(" do 1; "));
        client.send(0, out -> out.writeByte(COM_QUIT));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void refusesUnknownCommandsAndStatements() throws IOException {
        assertError(client.command(COM_STATISTICS), 1047, "08S01");
        assertError(query("SELECT a FROM t"), 1235, "42000");
        assertError(query("SELECT $$"), 1235, "42000");
        assertError(query("SELECT SLEEP()"), 1054, "42S22");
        assertError(query("SELECT @@no_such_thing"), 1193, "HY000");
        assertError(query("KILL 4711"), 1094, "HY000");
        assertOk(client.command(COM_PING));
    }

    @Test
    void answersSystemVariables() throws IOException {
        Packet columns = query("SELECT @@version, @@GLOBAL.innodb_page_size");
        assertThat(columns.payload().toString()).isEqualTo("02");
        client.read();
        client.read();
        Packet row = client.read();
        Packet end = client.read();

        assertThat(TextRow.decode(row.buffer(), 2).values())
                .isEqualTo(List.of(Optional.of("9.7.4"), Optional.of("16384")));
        assertThat(end.firstByte()).isEqualTo(0xfe);
        assertThat(end.sequenceId()).isEqualTo(5);
    }

    @Test
    void answersTheFirstQueriesOfClients() throws IOException {
        assertThat(rows("select 1, 'a, b' as x, NULL; "))
                .containsExactly("[Optional[1], Optional[a, b], Optional.empty]");
        assertThat(rows("SELECT VERSION() `v`, user(), CURRENT_USER(), DATABASE() FROM dual LIMIT 1"))
                .containsExactly("[Optional[9.7.4], Optional[admin@127.0.0.1], Optional[admin@%], Optional.empty]");
        assertThat(rows("SHOW GLOBAL VARIABLES LIKE 'innodb\\_page%'"))
                .containsExactly("[Optional[innodb_page_size], Optional[16384]]");
        assertThat(rows("SHOW VARIABLES WHERE Variable_name IN ('version', 'read_only')"))
                .containsExactly("[Optional[read_only], Optional[ON]]", "[Optional[version], Optional[9.7.4]]");
        assertThat(rows("SHOW STATUS LIKE 'Uptime'")).hasSize(1);
        assertThat(rows("SHOW GRANTS FOR CURRENT_USER()"))
                .containsExactly(
                        "[Optional[GRANT USAGE ON *.* TO `admin`@`%`]]",
                        "[Optional[GRANT BACKUP_ADMIN ON *.* TO `admin`@`%`]]");
        assertThat(rows("SHOW PLUGINS")).hasSize(2).anyMatch(row -> row.contains("mysql_clone.so"));
        assertThat(rows("SHOW WARNINGS")).isEmpty();
    }

    @Test
    void requiresTlsIfClientsNeedACertificate() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned();
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(1).table("t/a", 1 << 20).build())
                .account(ADMIN)
                .tls(new DonorTls(Optional.of(identity), List.of(identity.certificate()), false))
                .build();
        try (DonorServer strict = DonorServer.start(config);
                RawClient plain = new RawClient(strict.port())) {
            HandshakeV10 greeting = HandshakeV10.CODEC.decode(plain.read().buffer());
            plain.send(1, out -> HandshakeResponse41.CODEC.encode(RawClient.response(ADMIN, greeting.nonce()), out));
            ErrPacket refused = ErrPacket.CODEC.decode(plain.read().buffer());

            assertThat(refused.errorCode()).isEqualTo(CloneError.ER_SECURE_TRANSPORT_REQUIRED);
            assertThat(plain.isClosed()).isTrue();
        }
    }

    @Test
    void matchesAPatternOfManyWildcardsQuickly() throws Exception {
        assertTimeoutPreemptively(
                Duration.ofSeconds(8),
                () -> assertThat(rows("SHOW VARIABLES LIKE '" + "%_".repeat(1500) + "%zz'"))
                        .isEmpty());
    }

    @Test
    void refusesDeepNesting() throws IOException {
        assertError(query("SELECT 1 FROM information_schema.files WHERE " + "(".repeat(4000)), 1235, "42000");
        assertError(query("SELECT " + "CAST(".repeat(800) + "1"), 1235, "42000");
        assertError(query("SELECT REPEAT('x', 1048577)"), 1235, "42000");
    }

    /** {@code jclone check} queries these tables. */
    @Test
    void answersTablesAboutTheData() throws IOException {
        assertThat(rows("SELECT plugin_status, plugin_library FROM information_schema.plugins"
                        + " WHERE plugin_name = 'clone'"))
                .containsExactly("[Optional[ACTIVE], Optional[mysql_clone.so]]");
        assertThat(rows("SELECT 1 FROM information_schema.innodb_tablespaces LIMIT 1"))
                .containsExactly("[Optional[1]]");
        assertThat(rows("SELECT COUNT(*) FROM information_schema.innodb_tablespaces WHERE encryption = 'Y'"))
                .containsExactly("[Optional[0]]");
        assertThat(rows("SELECT CAST(SUM(file_size) AS UNSIGNED) FROM information_schema.innodb_tablespaces"))
                .containsExactly("[Optional[1048576]]");
        assertThat(rows("SELECT file_name FROM information_schema.files WHERE file_name LIKE '/%'"
                        + " AND file_type = 'TABLESPACE' ORDER BY file_name LIMIT 1000"))
                .isEmpty();
        assertThat(rows("SELECT file_name FROM information_schema.files WHERE NOT (file_type = 'UNDO LOG' OR 1 = 2)"))
                .containsExactly("[Optional[./t/a.ibd]]");
        assertThat(rows("SELECT id, user, host, state FROM performance_schema.processlist WHERE command = 'clone'"
                        + " ORDER BY id"))
                .isEmpty();
        assertThat(rows("SELECT user, COUNT(*) FROM performance_schema.processlist GROUP BY user"))
                .containsExactly("[Optional[admin], Optional[1]]");
        assertThat(rows("SELECT lock_type, COUNT(*) FROM performance_schema.metadata_locks"
                        + " WHERE object_type = 'BACKUP LOCK' GROUP BY lock_type ORDER BY lock_type"))
                .isEmpty();
        assertThat(rows("SELECT table_schema, table_name, engine, COUNT(*) OVER () FROM information_schema.tables"
                        + " WHERE engine <> 'InnoDB' AND table_schema NOT IN ('mysql', 'sys') LIMIT 1000"))
                .isEmpty();
        assertThat(rows("SELECT collation_name, COUNT(*) OVER () FROM information_schema.collations LIMIT 2, 1"))
                .containsExactly("[Optional[binary], Optional[3]]");
        assertThat(rows("SHOW GLOBAL VARIABLES WHERE variable_name IN ('log_bin', 'no_such_thing')"))
                .containsExactly("[Optional[log_bin], Optional[OFF]]");
        assertThat(rows("SELECT @@server_uuid, UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED)"
                        + " FROM performance_schema.global_status WHERE variable_name = 'Uptime'"))
                .singleElement()
                .asString()
                .containsPattern("\\[Optional\\[[0-9a-f-]{36}\\], Optional\\[1\\d{9}\\]\\]");
        assertThat(rows("SELECT CAST(COALESCE(SUM(IF(space_type = 'Undo', 0, file_size)), 0) AS UNSIGNED),"
                        + " CAST(COALESCE(SUM(IF(space_type = 'Undo', file_size, 0)), 0) AS UNSIGNED)"
                        + " FROM information_schema.innodb_tablespaces WHERE name <> 'innodb_temporary'"))
                .containsExactly("[Optional[1048576], Optional[0]]");
        assertThat(rows("SELECT CAST(COALESCE(SUM(total_extents * extent_size), 0) AS UNSIGNED)"
                        + " FROM information_schema.files WHERE tablespace_name = 'innodb_system'"))
                .containsExactly("[Optional[0]]");
        assertThat(rows("SELECT COUNT(*), COALESCE(SUM(file_size - allocated_size), 0),"
                        + " COALESCE(MIN(fs_block_size), 0) FROM information_schema.innodb_tablespaces"
                        + " WHERE allocated_size < file_size"))
                .containsExactly("[Optional[0], Optional[0], Optional[0]]");
        assertError(query("SELECT nothing FROM information_schema.files"), 1054, "42S22");
    }

    @Test
    void limitsPacketsBeforeTheLogin() throws IOException {
        try (RawClient stranger = new RawClient(donor.port())) {
            stranger.read();
            stranger.send(1, out -> out.writeZero(SessionInitializer.MAX_LOGIN_PACKET_BYTES + 1));
            assertThat(stranger.isClosed()).isTrue();
        }
        client.send(0, out -> out.writeZero(CommandPhase.MAX_PACKET_BYTES + 1));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void limitsConnectionsWithoutALogin() throws IOException {
        List<RawClient> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < Entrance.MAX_WAITING_PER_ADDRESS; i++) {
                strangers.add(new RawClient(donor.port()));
                assertThat(strangers.get(i).read().firstByte()).isEqualTo(10);
            }
            try (RawClient late = new RawClient(donor.port())) {
                ErrPacket refused = ErrPacket.CODEC.decode(late.read().buffer());
                assertThat(refused.errorCode()).isEqualTo(CloneError.ER_CON_COUNT_ERROR);
                assertThat(late.isClosed()).isTrue();
            }
            assertThat(rows("SELECT 1")).hasSize(1);
        } finally {
            for (RawClient stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void reportsAndDelaysFailedLogins() throws IOException {
        List<FailedLogin> told = new CopyOnWriteArrayList<>();
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(1).table("t/a", 1 << 20).build())
                .account(ADMIN)
                .listener(new DonorListener() {
                    @Override
                    public void onEvent(DonorEvent event) {}

                    @Override
                    public void onFailedLogin(FailedLogin login) {
                        told.add(login);
                    }
                })
                .build();
        Account wrong = new Account("admin", "wrong", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
        try (DonorServer own = DonorServer.start(config)) {
            long begin = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                RawClient.loggedIn(own.port(), wrong).close();
            }
            assertThat(System.nanoTime() - begin).isGreaterThan(1_500_000_000L - 50_000_000);
            RawClient.loggedIn(own.port(), ADMIN).close();
        }
        assertThat(told).hasSize(4).endsWith(new FailedLogin("admin", "127.0.0.1", 4));
    }

    @Test
    void refusesToKillTheConnectionOfAnotherAccount() throws IOException {
        try (RawClient other = new RawClient(donor.port())) {
            HandshakeV10 greeting = HandshakeV10.CODEC.decode(other.read().buffer());
            other.send(1, out -> HandshakeResponse41.CODEC.encode(RawClient.response(OTHER, greeting.nonce()), out));
            assertThat(other.read().firstByte()).isZero();

            assertError(query("KILL " + greeting.connectionId()), 1095, "HY000");
            assertOk(other.command(COM_PING));
        }
    }

    /** Returns the values of each row of a result set. */
    private List<String> rows(String sql) throws IOException {
        int columns = query(sql).firstByte();
        for (int column = 0; column < columns; column++) {
            client.read();
        }
        List<String> rows = new ArrayList<>();
        for (Packet packet = client.read(); packet.firstByte() != 0xfe; packet = client.read()) {
            rows.add(TextRow.decode(packet.buffer(), columns).values().toString());
        }
        return rows;
    }

    @Test
    void closesOnAWrongSequenceId() throws IOException {
        client.send(3, out -> out.writeByte(COM_PING));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void closesOnAnEmptyCommand() throws IOException {
        client.send(0, out -> {});
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void requiresThePrivilegeToClone() throws IOException {
        try (RawClient other = RawClient.loggedIn(donor.port(), OTHER)) {
            assertError(other.command(COM_CLONE), 1227, "42000");
            assertOk(other.command(COM_PING));
        }
    }

    @Test
    void leavesCloneModeOnExit() throws IOException {
        assertOk(client.command(COM_CLONE));
        send(ExitCommand.INSTANCE);
        Packet complete = client.read();

        assertThat(complete.sequenceId()).isZero();
        assertThat(complete.firstByte()).isEqualTo(CloneResponseCode.COMPLETE.wireCode());
        assertOk(client.command(COM_PING));
    }

    /** MySQL's recipient does not wait between the last clone command and SQL. */
    @Test
    void acceptsSqlRightAfterExit() throws IOException {
        assertOk(client.command(COM_CLONE));
        send(ExitCommand.INSTANCE);
        client.send(0, out -> out.writeByte(COM_RESET_CONNECTION));

        assertThat(client.read().firstByte()).isEqualTo(CloneResponseCode.COMPLETE.wireCode());
        assertOk(client.read());
    }

    @Test
    void closesOnACommandThatIsNoCloneCommand() throws IOException {
        assertOk(client.command(COM_CLONE));
        client.send(0, out -> out.writeByte(COM_PING));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void sendsEveryResponseOfCloneModeWithSequenceIdZero() throws IOException {
        assertOk(client.command(COM_CLONE));
        send(new InitCommand(0x0103, new DdlSettings(300, false), List.of()));
        Packet packet = client.read();
        while (packet.firstByte() != CloneResponseCode.COMPLETE.wireCode()) {
            assertThat(packet.sequenceId()).isZero();
            packet = client.read();
        }
        assertThat(donor.clones()).isEqualTo(1);
    }

    @Test
    void killsAConnectionAndItsClone() throws IOException {
        try (RawClient main = new RawClient(donor.port())) {
            HandshakeV10 greeting = HandshakeV10.CODEC.decode(main.read().buffer());
            main.send(1, out -> HandshakeResponse41.CODEC.encode(RawClient.response(ADMIN, greeting.nonce()), out));
            assertThat(main.read().firstByte()).isZero();
            assertOk(main.command(COM_CLONE));
            main.send(0, new InitCommand(0x0103, new DdlSettings(300, false), List.of())::encode);
            while (main.read().firstByte() != CloneResponseCode.COMPLETE.wireCode()) {
                assertThat(donor.clones()).isEqualTo(1);
            }

            assertOk(query("KILL CONNECTION " + greeting.connectionId()));

            assertThat(main.isClosed()).isTrue();
            awaitNoClone();
        }
    }

    private void awaitNoClone() {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (donor.clones() > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private Packet query(String sql) throws IOException {
        client.send(0, out -> QueryCommand.CODEC.encode(new QueryCommand(sql, false), out));
        return client.read();
    }

    private void send(CloneCommand command) throws IOException {
        client.send(0, command::encode);
    }

    private static void assertOk(Packet packet) {
        assertThat(packet.sequenceId()).isEqualTo(1);
        assertThat(OkPacket.CODEC.decode(packet.buffer()).warnings()).isZero();
    }

    private static void assertError(Packet packet, int number, String sqlState) {
        ErrPacket error =
                ErrPacket.CODEC.decode(Unpooled.wrappedBuffer(packet.payload().toByteArray()));
        assertThat(error.errorCode()).isEqualTo(number);
        assertThat(error.sqlState()).isEqualTo(sqlState);
        assertThat(packet.sequenceId()).isEqualTo(1);
    }
}
