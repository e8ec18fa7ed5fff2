package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.junit.jupiter.api.Test;

class DonorSearchTest {

    private static final List<String> STATUS =
            List.of("Source_Host", "Source_Port", "Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source");

    /** Connects to the server of a host name. */
    private interface Connection {
        ServerSession open() throws ServerException;
    }

    private final Map<String, Connection> servers = new HashMap<>();
    private final Map<String, List<Finding>> findings = new HashMap<>();
    private final List<String> connected = new CopyOnWriteArrayList<>();
    private final List<String> checked = new CopyOnWriteArrayList<>();

    private final Map<String, List<DonorAddress>> services = new HashMap<>();

    private final DonorAccess access = new DonorAccess() {
        @Override
        public List<DonorAddress> resolve(DonorAddress service) throws IOException {
            List<DonorAddress> found = services.get(service.host());
            if (found == null) {
                throw new IOException("the DNS has no records of " + service.host());
            }
            return found;
        }

        @Override
        public Optional<String> prohibition(DonorAddress donor) {
            return donor.host().startsWith("forbidden") ? Optional.of("not in the list") : Optional.empty();
        }

        @Override
        public Server server(DonorAddress donor) {
            return new Server() {
                @Override
                public DonorAddress address() {
                    return donor;
                }

                @Override
                public ServerSession connect() throws ServerException {
                    connected.add(donor.host());
                    return servers.getOrDefault(donor.host(), () -> {
                                throw ScriptedSession.unreachable(
                                        CloneErrorCode.CONNECT_FAILED, "no host " + donor.host(), null);
                            })
                            .open();
                }
            };
        }

        @Override
        public CheckReport check(DonorAddress donor, Set<CheckItem> items) {
            checked.add(donor.host());
            return new CheckReport(
                    donor, Optional.empty(), Optional.empty(), findings.getOrDefault(donor.host(), List.of()));
        }
    };

    private static ScriptedSession server(String uuid) {
        return new ScriptedSession("9.7.4")
                .on("SELECT CURRENT_USER()", List.of("x"), "cloner@%")
                .on("SHOW GLOBAL VARIABLES", List.of("n", "v"), "server_uuid|" + uuid)
                .on("SHOW GLOBAL STATUS", List.of("n", "v"), "Threads_running|1")
                .on("SHOW REPLICA STATUS", STATUS)
                .on("SHOW REPLICAS", List.of("Server_Id", "Host", "Port"))
                .on("SELECT 1", List.of("1"), "1");
    }

    private static DonorAddress address(String host) {
        return new DonorAddress(host, 3306);
    }

    private DonorTable search(LongSupplier nanoTime, DonorsFrom from, String... given) throws Exception {
        return new DonorSearch(
                        access,
                        List.of(given).stream().map(DonorSearchTest::address).toList(),
                        Optional.ofNullable(from),
                        DonorRules.DEFAULT,
                        Duration.ofSeconds(30),
                        nanoTime,
                        new Random(1))
                .run();
    }

    private DonorTable search(DonorsFrom from, String... given) throws Exception {
        return search(System::nanoTime, from, given);
    }

    private static List<String> suitable(DonorTable table) {
        return table.donors().stream()
                .filter(RatedDonor::isSuitable)
                .map(donor -> donor.address().host())
                .sorted()
                .toList();
    }

    @Test
    void asksTheServersOfAService() throws Exception {
        services.put("_mysql._tcp.a", List.of(address("one"), address("two"), address("forbidden")));
        servers.put("one", () -> server("u1"));
        servers.put("two", () -> server("u2"));

        DonorTable table = search(null, "_mysql._tcp.a", "_mysql._tcp.b");

        assertThat(suitable(table)).containsExactly("one", "two");
        assertThat(connected).containsExactlyInAnyOrder("one", "two");
        assertThat(table.donors())
                .filteredOn(donor -> !donor.isSuitable())
                .extracting(
                        donor -> donor.address().host(),
                        donor -> donor.obstacles().get(0).text())
                .containsExactlyInAnyOrder(
                        tuple("forbidden", "not in the list"),
                        tuple("_mysql._tcp.b", "the DNS has no records of _mysql._tcp.b"));
    }

    @Test
    void findsReplicasTheirSourceAndSiblingsFromAnyOfThem() throws Exception {
        servers.put("replica1", () -> server("u1").on("SHOW REPLICA STATUS", STATUS, "source|3306|Yes|Yes|0"));
        servers.put(
                "source",
                () -> server("u0")
                        .on(
                                "SHOW REPLICAS",
                                List.of("Server_Id", "Host", "Port"),
                                "1|replica1|3306",
                                "2|replica2|3306"));
        servers.put("replica2", () -> server("u2").on("SHOW REPLICA STATUS", STATUS, "source|3306|Yes|Yes|0"));
        DonorTable table = search(DonorsFrom.REPLICAS, "replica1");
        assertThat(suitable(table)).containsExactly("replica1", "replica2", "source");
        assertThat(table.donors().get(2).address().host()).isEqualTo("source");
        assertThat(table.donors())
                .extracting(donor -> donor.candidate().origin())
                .containsExactlyInAnyOrder(Origin.GIVEN, Origin.SOURCE, Origin.REPLICA);
        assertThat(connected).hasSize(3);
        assertThat(search(null, "replica1").donors()).hasSize(1);
    }

    /** Both sessions wait for each other: one after the other would never end. */
    @Test
    void asksAllAtTheSameTime() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        Connection meeting = () -> {
            try {
                together.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw ScriptedSession.unreachable(CloneErrorCode.CONNECT_FAILED, "alone", e);
            }
            return server("u" + System.nanoTime());
        };
        servers.put("a", meeting);
        servers.put("b", meeting);
        assertThat(suitable(search(null, "a", "b"))).containsExactly("a", "b");
    }

    @Test
    void aServerThatHangsDoesNotHangTheTable() throws Exception {
        servers.put("hung", DonorSearchTest::hang);
        ScriptedSession good = server("u1");
        servers.put("good", () -> good);
        DonorTable table = search(jumpAfterTheAnswerOf(good), null, "good", "hung");
        assertThat(suitable(table)).containsExactly("good");
        assertThat(table.donors().get(1).obstacles())
                .containsExactly(new Obstacle("no answer within 30000 ms", "", CloneErrorCode.CONNECT_FAILED, true));
    }

    /** Returns a clock that passes the deadline when the session is over; it stands still for the threads that ask. */
    private static LongSupplier jumpAfterTheAnswerOf(ScriptedSession session) {
        Thread waiting = Thread.currentThread();
        AtomicBoolean deadlineIsSet = new AtomicBoolean();
        return () -> {
            boolean jumps = Thread.currentThread() == waiting && deadlineIsSet.getAndSet(true) && session.isClosed();
            return jumps ? Duration.ofHours(1).toNanos() : 0;
        };
    }

    @Test
    void aFailedLoginIsNotRepeated() throws Exception {
        servers.put("locked", () -> {
            throw ScriptedSession.unreachable(CloneErrorCode.ACCESS_DENIED, "account is locked", null);
        });
        DonorTable table = search(null, "locked");
        assertThat(connected).containsExactly("locked");
        assertThat(checked).isEmpty();
        assertThat(table.donors().get(0).obstacles())
                .containsExactly(new Obstacle("account is locked", "a hint", CloneErrorCode.ACCESS_DENIED, false));
        assertThat(table.exitStatus()).isEqualTo(21);
    }

    @Test
    void whatWouldStopACloneMakesADonorUnsuitable() throws Exception {
        servers.put("a", () -> server("u1"));
        findings.put(
                "a",
                List.of(
                        Finding.problem(
                                CheckItem.PLUGIN,
                                CloneErrorCode.PLUGIN_MISSING,
                                "it is not installed",
                                "why",
                                "INSTALL PLUGIN clone;"),
                        Finding.warning(CheckItem.DDL, "some", "why"),
                        Finding.problem(CheckItem.SPACE, CloneErrorCode.DISK_FULL, "not the donor's", "why")));
        assertThat(search(null, "a").donors().get(0).obstacles())
                .containsExactly(new Obstacle(
                        "clone plugin: it is not installed",
                        "INSTALL PLUGIN clone;",
                        CloneErrorCode.PLUGIN_MISSING,
                        false));
    }

    @Test
    void doesNotConnectToWhatIsProhibited() throws Exception {
        servers.put(
                "a", () -> server("u1").on("SHOW REPLICAS", List.of("Server_Id", "Host", "Port"), "1|forbidden|3306"));
        DonorTable table = search(DonorsFrom.BOTH, "a");
        assertThat(suitable(table)).containsExactly("a");
        assertThat(table.donors()).hasSize(2);
        assertThat(connected).containsExactly("a");
    }

    @Test
    void oneServerUnderTwoAddressesIsOneDonor() throws Exception {
        servers.put("a", () -> server("u1").on("SHOW REPLICA STATUS", STATUS, "b|3306|Yes|Yes|0"));
        servers.put("b", () -> server("u1"));
        DonorTable table = search(DonorsFrom.REPLICAS, "a", "A");
        assertThat(table.donors()).hasSize(1);
        assertThat(table.notes()).containsExactly("b:3306 is the same server as a:3306");
        assertThat(connected).containsExactly("a", "b");
    }

    @Test
    void aServerThatNamesManyIsNotFollowedForEver() throws Exception {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = i + "|host" + i + "|3306";
        }
        servers.put("a", () -> server("u1").on("SHOW REPLICAS", List.of("Server_Id", "Host", "Port"), many));
        DonorTable table = search(DonorsFrom.REPLICAS, "a");
        assertThat(table.donors()).hasSize(64);
        assertThat(table.notes()).containsExactly("more than 64 servers: the others are not asked");
    }

    @Test
    void notesWhatTheAccountMayNotSee() throws Exception {
        servers.put("a", () -> server("u1").denies("SHOW REPLICA STATUS"));
        assertThat(search(null, "a").notes())
                .containsExactly(
                        "a:3306 does not show its role and lag: GRANT REPLICATION CLIENT ON *.* TO 'cloner'@'%';");
    }

    @Test
    void mariaDbIsNoDonor() throws Exception {
        servers.put("a", () -> new ScriptedSession("5.5.5-10.11.6-MariaDB"));
        assertThat(search(null, "a").donors().get(0).obstacles().get(0).code()).isEqualTo(CloneErrorCode.INCOMPATIBLE);
    }

    @Test
    void anInterruptEndsTheSearch() {
        Thread.currentThread().interrupt();
        servers.put("a", DonorSearchTest::hang);
        CloneException end = catchThrowableOfType(CloneException.class, () -> search(null, "a"));
        assertThat(end.code()).isEqualTo(CloneErrorCode.ABORTED);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Connects to a server that never answers. */
    private static ServerSession hang() throws ServerException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ScriptedSession.unreachable(CloneErrorCode.CONNECT_FAILED, "interrupted", null);
    }
}
