package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jclone.provision.donor.DonorFacts;
import org.jclone.provision.donor.DonorRules;
import org.jclone.provision.donor.DonorSearch;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.DonorsFrom;
import org.jclone.provision.donor.Obstacle;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.provision.donor.RequestAccess;
import org.jclone.provision.donor.Role;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The choice among a source and its two replicas, and among the members of a group. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DonorsIT {

    private static final String GRANTS = "GRANT REPLICATION CLIENT, REPLICATION SLAVE, PROCESS ON *.* TO clone_donor;"
            + " GRANT SELECT ON performance_schema.* TO clone_donor;"
            + " CREATE USER repl IDENTIFIED BY 'repl'; GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO repl;";

    private static final String[] IS_REPLICA = {"--gtid", "--no-account", "--set", "report_host=127.0.0.1"};

    private final Servers servers;
    private final MySqlServer source;
    private final MySqlServer first;
    private final MySqlServer second;

    DonorsIT(Servers servers) throws Exception {
        this.servers = servers;
        List<MySqlServer> made =
                createAll(servers, new String[] {"--gtid", "--set", "report_host=127.0.0.1"}, IS_REPLICA, IS_REPLICA);
        source = made.get(0);
        first = made.get(1);
        second = made.get(2);
        source.sql(GRANTS + " CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY)");
        for (MySqlServer replica : List.of(first, second)) {
            replica.sql("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + source.port()
                    + ", SOURCE_USER = 'repl', SOURCE_PASSWORD = 'repl', SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1;"
                    + " START REPLICA");
        }
        for (MySqlServer replica : List.of(first, second)) {
            Checks.await(() -> caughtUp(replica));
        }
    }

    private static List<MySqlServer> createAll(Servers servers, String[]... options) throws Exception {
        List<CompletableFuture<MySqlServer>> begun = Arrays.stream(options)
                .map(each -> CompletableFuture.supplyAsync(() -> servers.create(each)))
                .toList();
        List<MySqlServer> made = new ArrayList<>();
        for (CompletableFuture<MySqlServer> each : begun) {
            made.add(each.get());
        }
        return made;
    }

    private boolean caughtUp(MySqlServer replica) {
        return replica.sql("SELECT @@global.gtid_executed").equals(source.sql("SELECT @@global.gtid_executed"));
    }

    @AfterAll
    void stop() {
        List.of(first, second, source).forEach(MySqlServer::close);
    }

    private static DonorAddress address(MySqlServer server) {
        return new DonorAddress("127.0.0.1", server.port());
    }

    private static DonorTable search(DonorsFrom from, String password, MySqlServer... given) throws Exception {
        LoginSettings login = LoginSettings.of(MySqlServer.CLONE_USER, Password.of(password.toCharArray()));
        return new DonorSearch(
                        new RequestAccess(
                                donor -> CloneRequest.builder()
                                        .donor(donor)
                                        .login(login)
                                        .tls(it -> it.withSslMode(SslMode.REQUIRED))
                                        .buildForCheck(),
                                donor -> Optional.empty()),
                        Arrays.stream(given).map(DonorsIT::address).toList(),
                        Optional.of(from),
                        DonorRules.DEFAULT,
                        Duration.ofSeconds(30),
                        System::nanoTime,
                        new Random())
                .run();
    }

    private static RatedDonor find(DonorTable table, MySqlServer server) {
        return table.donors().stream()
                .filter(donor -> donor.address().equals(address(server)))
                .findFirst()
                .orElseThrow();
    }

    private static List<CloneErrorCode> obstacles(DonorTable table, MySqlServer server) {
        return find(table, server).obstacles().stream().map(Obstacle::code).toList();
    }

    @Test
    @Order(1)
    void showsRolesAndLagOfAllServersFromAnyOfThem() throws Exception {
        second.sql("STOP REPLICA SQL_THREAD");
        source.sql("INSERT INTO d.t VALUES (1); INSERT INTO d.t VALUES (2)");
        Checks.await(() -> caughtUp(first));
        DonorTable table = search(DonorsFrom.BOTH, MySqlServer.CLONE_PASSWORD, second);
        assertThat(table.notes()).isEmpty();
        assertThat(table.donors()).hasSize(3).allMatch(RatedDonor::isSuitable);
        assertThat(table.best().orElseThrow().address()).isEqualTo(address(first));
        assertThat(find(table, source).candidate().facts().orElseThrow().role()).isEqualTo(Role.SOURCE);
        DonorFacts replica = find(table, first).candidate().facts().orElseThrow();
        assertThat(replica.role()).isEqualTo(Role.REPLICA);
        // The server counts whole seconds, and may have begun another one.
        assertThat(replica.lag().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(find(table, second).reasons()).contains("applier stopped, 2 transactions behind +0");
        second.sql("START REPLICA SQL_THREAD");
    }

    @Test
    @Order(2)
    void saysWhatKeepsADonorFromBeingCloned() throws Exception {
        second.sql("UNINSTALL PLUGIN clone");
        first.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT LOCK");
        DonorTable table = search(DonorsFrom.REPLICAS, MySqlServer.CLONE_PASSWORD, source);
        assertThat(obstacles(table, second)).containsExactly(CloneErrorCode.PLUGIN_MISSING);
        assertThat(obstacles(table, first)).containsExactly(CloneErrorCode.ACCESS_DENIED);
        assertThat(find(table, first).obstacles().get(0).text()).contains("error 3118");
        assertThat(table.best().orElseThrow().address()).isEqualTo(address(source));
        assertThat(obstacles(search(DonorsFrom.BOTH, "wrong", source), source))
                .containsExactly(CloneErrorCode.ACCESS_DENIED);
        second.sql("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
    }

    @Test
    @Order(3)
    void fetchTakesTheThirdWhenTheFirstIsLockedAndTheSecondIsBusy() throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand other = start(directory, "--max-data-bandwidth=1", second)) {
            Fetches.awaitStage(other, directory, CloneStage.FILE_COPY);
            CommandResult third = Jclone.run(
                    MySqlServer.CLONE_PASSWORD, arguments(servers.newPath("c"), "--rounds=1", first, second, source));
            assertThat(third.exitStatus()).as(third.stderr()).isZero();
            assertThat(third.stderr())
                    .contains("not suitable: " + Fetches.address(first) + ", ", "error 3118")
                    .contains("not suitable: " + Fetches.address(second) + ", other clones: clone_donor")
                    .contains("cloning " + Fetches.address(source));
            assertThat(third.stdout()).contains(Fetches.address(source));
            other.signals("INT", "INT");
            other.await(Fetches.TIMEOUT);
        }
        first.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT UNLOCK");
    }

    private RunningCommand start(Path directory, String option, MySqlServer... donors) {
        return Jclone.start(MySqlServer.CLONE_PASSWORD, arguments(directory, option, donors));
    }

    private List<String> arguments(Path directory, String option, MySqlServer... donors) {
        List<String> arguments = new ArrayList<>(List.of("fetch", "--user=" + MySqlServer.CLONE_USER, option));
        arguments.addAll(List.of("--dir=" + directory, "--config-file=" + servers.newPath("f"), "--ssl-mode=REQUIRED"));
        Arrays.stream(donors).forEach(donor -> arguments.add("--donor=" + Fetches.address(donor)));
        return arguments;
    }

    @Test
    @Order(4)
    void computesWithGtidSetsAsTheServerDoes() {
        Random random = new Random(97);
        List<String> sets =
                IntStream.range(0, 60).mapToObj(i -> randomSet(random)).toList();
        StringBuilder question = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (String left : sets) {
            String right = sets.get(random.nextInt(sets.size()));
            question.append(question.isEmpty() ? "" : " UNION ALL ")
                    .append("SELECT REPLACE(GTID_SUBTRACT('%1$s', '%2$s'), '\n', ''), GTID_SUBSET('%1$s', '%2$s')"
                            .formatted(left, right));
            GtidSet a = GtidSet.parse(left);
            GtidSet b = GtidSet.parse(right);
            expected.add(a.subtract(b) + "\t" + (a.isSubsetOf(b) ? 1 : 0));
        }
        assertThat(source.sql(question.toString()).split("\n", -1)).containsExactlyElementsOf(expected);
    }

    private static String randomSet(Random random) {
        String[] origins = {
            "5a45d42c-0000-1111-2222-333344445555", "6b45d42c-0000-1111-2222-333344445555:tag",
        };
        StringBuilder set = new StringBuilder();
        int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            int begin = 1 + random.nextInt(12);
            set.append(set.isEmpty() ? "" : ",")
                    .append(origins[random.nextInt(2)])
                    .append(':')
                    .append(begin);
            set.append('-').append(begin + random.nextInt(4));
        }
        return set.toString();
    }

    /** A donor keeps a snapshot for five minutes, and a clone tries to reconnect as long; the watch sees that it is gone. */
    @Test
    @Order(5)
    void anotherDonorTakesOverWhenTheFirstIsKilled() throws Exception {
        assertThat(takesOver(first, first::kill, source))
                .contains(Fetches.address(first) + " failed (CONNECT_FAILED), another donor is next")
                .contains("is gone: ");
    }

    /**
     * Loses {@code lost} in FILE COPY.
     *
     * @return standard error
     */
    private String takesOver(MySqlServer lost, Runnable loss, MySqlServer next) throws Exception {
        Path directory = servers.newPath("c");
        Path limits = Files.writeString(servers.newPath("l"), "max-data-bandwidth=2");
        try (RunningCommand running = start(directory, "--limits-file=" + limits, lost, next)) {
            Fetches.awaitStage(running, directory, CloneStage.FILE_COPY);
            loss.run();
            running.awaitOutput(text -> text.contains("another donor is next"), Fetches.TIMEOUT);
            Files.writeString(limits, "max-data-bandwidth=0");
            running.signal("HUP");
            CommandResult result = running.await(Fetches.TIMEOUT);
            assertThat(result.exitStatus()).as(result.stderr()).isZero();
            assertThat(result.stdout()).contains(Fetches.address(next));
            return result.stderr();
        }
    }

    @Test
    @Order(6)
    void followsTheStateOfGroupMembers() throws Exception {
        int[] ports = freePorts();
        joinable(source, ports[0], ports[1]);
        source.sql("SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION;"
                + " SET GLOBAL group_replication_bootstrap_group = OFF");
        second.sql("STOP REPLICA; RESET REPLICA ALL");
        joinable(second, ports[1], ports[0]);
        second.sql("START GROUP_REPLICATION USER = 'repl', PASSWORD = 'repl'");
        Checks.await(() -> source.number("SELECT COUNT(*) FROM performance_schema.replication_group_members"
                        + " WHERE member_state = 'ONLINE'")
                == 2);
        DonorTable table = search(DonorsFrom.GROUP, MySqlServer.CLONE_PASSWORD, source);
        assertThat(table.donors()).hasSize(2).allMatch(RatedDonor::isSuitable);
        assertThat(table.best().orElseThrow().address()).isEqualTo(address(second));
        assertThat(table.best().orElseThrow().reasons()).contains("secondary +40", "lag 0 s +20");

        assertThat(takesOver(second, () -> second.sql("STOP GROUP_REPLICATION"), source))
                .contains(Fetches.address(second) + " failed (DONOR_ERROR), another donor is next")
                .contains("left its group during the clone: it is OFFLINE");
        DonorTable after = search(DonorsFrom.GROUP, MySqlServer.CLONE_PASSWORD, source, second);
        assertThat(find(after, second).obstacles())
                .extracting(Obstacle::text)
                .containsExactly("it is OFFLINE in its group");
    }

    private static void joinable(MySqlServer server, int port, int other) {
        server.sql("INSTALL PLUGIN group_replication SONAME 'group_replication.so';"
                + " SET GLOBAL group_replication_group_name = '6a636c6f-6e65-4000-8000-000000000001',"
                + " GLOBAL group_replication_local_address = '127.0.0.1:" + port + "',"
                + " GLOBAL group_replication_group_seeds = '127.0.0.1:" + port + ",127.0.0.1:" + other + "',"
                + " GLOBAL group_replication_recovery_get_public_key = ON");
    }

    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }
}
