package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.cold.ColdDirectory;
import org.jclone.donor.cold.ColdDirectoryException;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** jclone's donor serves the data of a stopped server to an unmodified server and to jclone. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ColdDonorIT {

    private static final Account ACCOUNT = Account.of(MySqlServer.CLONE_USER, MySqlServer.CLONE_PASSWORD);

    private final Servers servers;
    private MySqlServer origin;
    private MySqlServer recipient;
    private String fingerprint;
    private ColdDirectory data;

    ColdDonorIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void makeAColdDirectory() throws IOException {
        origin = servers.create("--gtid");
        origin.load("tables", "programs");
        origin.sql("CREATE TABLESPACE apart ADD DATAFILE 'apart.ibd'; CREATE TABLE shop.apart (a INT) TABLESPACE apart;"
                + " INSERT INTO shop.apart VALUES (1); CREATE UNDO TABLESPACE more ADD DATAFILE 'more.ibu'");
        fingerprint = origin.fingerprint();
        origin.stop();
        data = ColdDirectory.open(origin.dataDirectory());
        recipient = servers.create("--no-binlog", "--gtid");
    }

    @AfterAll
    void close() {
        data.close();
        recipient.close();
        origin.close();
    }

    private DonorConfig.Builder config() {
        return config(data);
    }

    private static DonorConfig.Builder config(ColdDirectory data) {
        return DonorConfig.builder(data)
                .account(ACCOUNT)
                .account(new Account("nobody", MySqlServer.CLONE_PASSWORD, AuthPlugin.CACHING_SHA2_PASSWORD, false))
                .tls(TlsIdentity.selfSigned())
                .limits(CloneLimits.MYSQL.withMaxClones(8))
                .profile(DonorProfile.ofVersion(data.version()));
    }

    private void assertWhole(Path directory) {
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint()).isEqualTo(fingerprint);
            assertThat(clone.row("SELECT state, error_no FROM performance_schema.clone_status"))
                    .containsExactly("Completed", "0");
        }
    }

    @ParameterizedTest
    @CsvSource({"--no-ssl, 16, ON, OFF", "'', 4, OFF, ON"})
    void servesAnUnmodifiedServer(String ssl, int concurrency, String autotune, String compression) throws IOException {
        Path target = servers.newPath("c");
        try (DonorServer donor = DonorServer.start(config().build())) {
            String[] settings = Stream.of(
                            ssl,
                            "clone_max_concurrency=" + concurrency,
                            "clone_autotune_concurrency=" + autotune,
                            "clone_enable_compression=" + compression)
                    .filter(setting -> !setting.isEmpty())
                    .toArray(String[]::new);
            recipient.cloneFrom(donor.port(), target, settings);
        }
        assertWhole(target);
    }

    @Test
    void servesAServerThatReplacesItsOwnData() throws IOException {
        try (DonorServer donor = DonorServer.start(config().build());
                MySqlServer other = servers.create("--gtid")) {
            other.cloneInPlaceFrom(donor.port());

            assertThat(other.fingerprint()).isEqualTo(fingerprint);
            assertThat(other.row("SELECT state, error_no FROM performance_schema.clone_status"))
                    .containsExactly("Completed", "0");
        }
    }

    @Test
    void servesSeveralRecipientsAtOnce() throws Exception {
        try (DonorServer donor = DonorServer.start(config().build())) {
            Path theirs = servers.newPath("c");
            CompletableFuture<Void> server =
                    CompletableFuture.runAsync(() -> recipient.cloneFrom(donor.port(), theirs));
            Path[] ours = {servers.newPath("c"), servers.newPath("c")};
            for (Path target : ours) {
                Clones.run(Clones.request(origin, target)
                        .donor(new DonorAddress("127.0.0.1", donor.port()))
                        .tls(it -> it.withSslMode(SslMode.REQUIRED)));
            }
            server.get();
            for (Path target : List.of(theirs, ours[0], ours[1])) {
                assertSame(target);
            }
        }
    }

    /** Asserts that all files have the same bytes. The recipient may extend them. */
    private void assertSame(Path target) throws IOException {
        for (SourceFile file : data.files()) {
            String name = file.name();
            assertThat(Files.mismatch(
                            target.resolve(name), origin.dataDirectory().resolve(name)))
                    .as("%s in %s", name, target)
                    .isIn(-1L, file.size());
        }
    }

    /** Such a clone needs its redo log: nothing else contains what was written during the clone. */
    @Test
    void servesACloneWithItsRedoLogIfNoServerRanOnIt() throws Exception {
        Path fresh = servers.newPath("c");
        Path theirs = servers.newPath("c");
        Path ours = servers.newPath("c");
        try (MySqlServer busy =
                servers.create("--gtid", "--set", "innodb_data_file_path=ibdata1:12M;sys2:12M:autoextend")) {
            busy.load("tables");
            busy.prepareChurn();
            Churn.during(busy, () -> Clones.run(Clones.request(busy, fresh)));
        }
        try (ColdDirectory clone = ColdDirectory.open(fresh);
                DonorServer donor = DonorServer.start(config(clone).build())) {
            assertThat(clone.recovers()).isTrue();
            assertThat(clone.redo().sentBytes()).isGreaterThan(100_000);
            assertThat(clone.missingTablespaces()).contains(List.of());
            recipient.cloneFrom(donor.port(), theirs);
            Clones.run(Clones.request(origin, ours)
                    .donor(new DonorAddress("127.0.0.1", donor.port()))
                    .tls(it -> it.withSslMode(SslMode.REQUIRED)));
        }
        Churn.State expected = stateAfterRecovery(fresh);
        assertThat(expected.bad()).isZero();
        assertThat(expected.transfers()).isGreaterThan(100);
        assertThat(stateAfterRecovery(theirs)).isEqualTo(expected);
        assertThat(stateAfterRecovery(ours)).isEqualTo(expected);
        assertThatExceptionOfType(ColdDirectoryException.class)
                .as("the directory of a server that was killed on a clone")
                .isThrownBy(() -> ColdDirectory.open(ours).close())
                .withMessageContaining("not shut down cleanly");
    }

    private Churn.State stateAfterRecovery(Path directory) {
        try (MySqlServer server = servers.create(
                "--data",
                directory.toString(),
                "--gtid",
                "--set",
                "innodb_data_file_path=ibdata1:12M;sys2:12M:autoextend")) {
            Churn.State state = Churn.state(server);
            assertThat(server.check()).startsWith("checked");
            server.sql("CREATE DATABASE crash; CREATE TABLE crash.t (a INT); INSERT INTO crash.t VALUES (1)");
            server.kill();
            return state;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.Algorithm.class,
            names = {"ZSTD", "ZLIB"})
    void servesCompressedConnections(Compression.Algorithm algorithm) throws Exception {
        Path target = servers.newPath("c");
        try (DonorServer donor = DonorServer.start(config().build())) {
            CloneResult result = Clones.run(Clones.request(origin, target)
                    .donor(new DonorAddress("127.0.0.1", donor.port()))
                    .tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true))
                    .transfer(it -> it.withCompression(
                            new Compression(Compression.Mode.ON, List.of(algorithm), Compression.DEFAULT_ZSTD_LEVEL))));
            assertThat(result.networkBytes()).isLessThan(result.dataBytes() / 2);
        }
        assertSame(target);
    }

    static Stream<Moment> interruptions() {
        Stream<Moment> selection =
                Stream.of(Moment.data(SnapshotState.FILE_COPY).nth(20));
        Stream<Moment> others = Stream.of(
                Moment.stateEnd(SnapshotState.INIT),
                Moment.stateStart(SnapshotState.FILE_COPY),
                Moment.file(SnapshotState.FILE_COPY).nth(2),
                Moment.stateEnd(SnapshotState.FILE_COPY),
                Moment.stateStart(SnapshotState.PAGE_COPY),
                Moment.stateEnd(SnapshotState.PAGE_COPY),
                Moment.stateStart(SnapshotState.REDO_COPY),
                Moment.data(SnapshotState.REDO_COPY),
                Moment.stateEnd(SnapshotState.REDO_COPY),
                Moment.stateStart(SnapshotState.DONE));
        return Boolean.getBoolean("jclone.test.full") ? Stream.concat(selection, others) : selection;
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void aServerResumesAfterANetworkFailure(Moment moment) throws IOException {
        Path target = servers.newPath("c");
        List<DonorEvent.Kind> kinds = new CopyOnWriteArrayList<>();
        FaultScript once =
                FaultScript.of(Fault.on(Connections.number(1)).at(moment).then(Action.reset()));
        DonorConfig config =
                config().faults(once).listener(event -> kinds.add(event.kind())).build();
        try (DonorServer donor = DonorServer.start(config)) {
            recipient.cloneFrom(
                    donor.port(),
                    target,
                    "clone_max_concurrency=1",
                    "clone_autotune_concurrency=OFF",
                    "clone_enable_compression=OFF");
            assertThat(donor.faultsMade()).isEqualTo(1);
        }
        assertThat(kinds)
                .containsExactly(
                        DonorEvent.Kind.STARTED,
                        DonorEvent.Kind.INTERRUPTED,
                        DonorEvent.Kind.RESUMED,
                        DonorEvent.Kind.COMPLETED);
        assertWhole(target);
    }

    @ParameterizedTest
    @EnumSource(
            value = AuthPlugin.class,
            names = {"CACHING_SHA2_PASSWORD", "SHA256_PASSWORD"})
    void acceptsMySqlsClient(AuthPlugin plugin) throws IOException {
        Account client = new Account("client", "a secret", plugin, false);
        try (DonorServer donor = DonorServer.start(config().account(client).build())) {
            assertThat(recipient.sqlAt(
                            donor.port(),
                            "client",
                            "a secret",
                            "SELECT 1; SELECT VERSION(), USER(); SHOW GRANTS; SHOW VARIABLES LIKE 'innodb_page_size'"))
                    .isEqualTo("1\n" + data.version() + "\tclient@127.0.0.1\n"
                            + "GRANT USAGE ON *.* TO `client`@`%`\ninnodb_page_size\t16384");
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() -> recipient.sqlAt(donor.port(), "client", "wrong", "SELECT 1"))
                    .withMessageContaining("1045");
        }
    }

    @Test
    void tellsAServerWhyItIsRefused() throws IOException {
        try (DonorServer donor = DonorServer.start(config().build())) {
            Path target = servers.newPath("c");
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() -> recipient.cloneFrom(donor.port(), target, "--user", "nobody"))
                    .withMessageContaining("1227");
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() -> recipient.cloneFrom(donor.port(), target, "--user", "stranger"))
                    .withMessageContaining("1045");
        }
    }
}
