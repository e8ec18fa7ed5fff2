package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way with donors that jclone brings along: search, attempts, watch, one directory. */
@Timeout(300)
class CloneFromAnyTest {

    private static final String PASSWORD = "a secret";

    /** Each donor has a table of its own, so that the directory shows whose clone it is. */
    private static MadeData data(int seed) {
        return MadeData.builder(seed).table("t/of" + seed, 1 << 20).build();
    }

    @TempDir
    private Path parent;

    private final List<DonorServer> servers = new ArrayList<>();
    private final List<DonorEvent> events = new CopyOnWriteArrayList<>();
    private ResumeMode resume = ResumeMode.NEVER;
    private final CountDownLatch roundEnded = new CountDownLatch(1);

    @AfterEach
    void close() {
        servers.forEach(DonorServer::close);
    }

    private DonorServer start(int seed, String password, FaultScript faults) throws Exception {
        DonorServer server = DonorServer.start(DonorConfig.builder(data(seed))
                .account(new Account("cloner", password, AuthPlugin.MYSQL_NATIVE_PASSWORD, true))
                .faults(faults)
                .build());
        servers.add(server);
        return server;
    }

    private static DonorAddress address(DonorServer server) {
        return new DonorAddress("127.0.0.1", server.port());
    }

    private CloneRequest request(DonorAddress donor) {
        return CloneRequest.builder()
                .donor(donor)
                .login(LoginSettings.of("cloner", Password.of(PASSWORD.toCharArray())))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .target(it -> it.withDirectory(parent.resolve("target")))
                .interruptions(it -> it.withResume(resume))
                .build();
    }

    /** The last but one is the best, whatever times are measured. */
    private CloneFromAny from(int rounds, DonorServer... donors) {
        DonorRules rules = new DonorRules(
                Preference.ANY,
                Optional.empty(),
                Optional.of("here"),
                Map.of(address(donors[Math.max(0, donors.length - 2)]), "here"),
                Optional.empty());
        DonorAccess access = new RequestAccess(this::request, donor -> Optional.empty());
        List<DonorAddress> given =
                Arrays.stream(donors).map(CloneFromAnyTest::address).toList();
        return new CloneFromAny(
                this::request,
                access,
                new DonorSearch(
                        access,
                        given,
                        Optional.empty(),
                        rules,
                        Duration.ofSeconds(20),
                        System::nanoTime,
                        new Random(1)),
                new Rounds.Settings(rounds, Duration.ofMinutes(10), Duration.ZERO, Duration.ofSeconds(1)),
                () -> CloneListener.NONE,
                this::onEvent,
                Clock.systemUTC(),
                Duration.ofMillis(50));
    }

    private void onEvent(DonorEvent event) {
        events.add(event);
        if (event instanceof DonorEvent.RoundEnded) {
            roundEnded.countDown();
        }
    }

    private CloneResult run(CloneFromAny clone, DonorServer first) throws CloneException {
        return clone.run(request(address(first)));
    }

    private List<String> failures() {
        return events.stream()
                .filter(DonorEvent.Failed.class::isInstance)
                .map(DonorEvent.Failed.class::cast)
                .map(failed -> failed.failure().code() + " " + failed.then())
                .toList();
    }

    private void assertTableOf(int seed) throws IOException {
        try (Stream<Path> files = Files.list(parent.resolve("target/t"))) {
            assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("of" + seed + ".ibd");
        }
    }

    private static FaultScript busy() {
        return FaultScript.of(Fault.on(Connections.any())
                .at(Moment.response(CloneResponseCode.LOCS))
                .then(Action.refuse(CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES, "one at a time")));
    }

    @Test
    void takesTheThirdWhenTheFirstRefusesTheLoginAndTheSecondIsBusy() throws Exception {
        DonorServer locked = start(1, "another password", FaultScript.NONE);
        DonorServer busy = start(2, PASSWORD, busy());
        DonorServer good = start(3, PASSWORD, FaultScript.NONE);
        CloneResult result = run(from(1, locked, busy, good), good);
        assertThat(result.donor()).isEqualTo(address(good));
        assertTableOf(3);
        assertThat(failures()).containsExactly("DONOR_BUSY NEXT_DONOR");
        DonorTable table = ((DonorEvent.Searched) events.get(0)).table();
        assertThat(table.donors())
                .filteredOn(donor -> !donor.isSuitable())
                .singleElement()
                .satisfies(donor -> {
                    assertThat(donor.address()).isEqualTo(address(locked));
                    assertThat(donor.obstacles().get(0).code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
                });
    }

    @Test
    void tellsTheLastErrorOfEach() throws Exception {
        DonorServer locked = start(1, "another password", FaultScript.NONE);
        DonorServer busy = start(2, PASSWORD, busy());
        CloneFromAny clone = from(1, locked, busy);
        DonorsExhaustedException end = catchThrowableOfType(DonorsExhaustedException.class, () -> run(clone, busy));
        assertThat(end.lastErrors()).containsOnlyKeys(address(locked), address(busy));
        assertThat(end)
                .hasMessageContaining("[" + address(locked) + "] not tried, ")
                .hasMessageContaining("error 1045")
                .hasMessageContaining("error 3634");
        assertThat(end.code()).isEqualTo(CloneErrorCode.DONOR_BUSY);
        assertThat(parent.resolve("target")).doesNotExist();
    }

    @Test
    void clonesAnotherDonorIntoTheSameDirectoryWhenTheFirstRestarts() throws Exception {
        DonorServer restarting = start(
                1,
                PASSWORD,
                FaultScript.of(Fault.on(Connections.any())
                        .at(Moment.data(SnapshotState.FILE_COPY))
                        .then(Action.restart())));
        DonorServer good = start(2, PASSWORD, FaultScript.NONE);
        assertThat(run(from(1, restarting, good), good).donor()).isEqualTo(address(good));
        assertThat(failures()).containsExactly("SNAPSHOT_GONE NEXT_DONOR");
        assertTableOf(2);
    }

    /** The donor keeps its snapshot for five minutes, and a clone tries to reconnect as long. */
    @Test
    void noticesThatADonorIsGoneLongBeforeTheCloneGivesUp() throws Exception {
        AtomicReference<DonorServer> dying = new AtomicReference<>();
        dying.set(start(
                1,
                PASSWORD,
                FaultScript.of(Fault.on(Connections.any())
                        .at(Moment.data(SnapshotState.FILE_COPY))
                        .then(Action.call("dies", () -> {
                            // Not on the event loop, for whose end it waits.
                            new Thread(() -> dying.get().close()).start();
                        })))));
        DonorServer good = start(2, PASSWORD, FaultScript.NONE);
        assertThat(run(from(1, dying.get(), good), good).donor()).isEqualTo(address(good));
        assertThat(failures()).containsExactly("CONNECT_FAILED NEXT_DONOR");
        assertTableOf(2);
    }

    /** Leaves a clone with all files, which the donor waits to resume. */
    private DonorServer suspended(int seed) throws Exception {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        DonorServer donor = start(
                seed,
                PASSWORD,
                FaultScript.of(Fault.on(Connections.any())
                        .at(Moment.data(SnapshotState.REDO_COPY))
                        .then(Action.call("suspend", () -> recipient.get().suspend("enough")))));
        recipient.set(new CloneRecipient(request(address(donor)), CloneListener.NONE));
        assertThat(catchThrowableOfType(CloneException.class, recipient.get()::run)
                        .code())
                .isEqualTo(CloneErrorCode.ABORTED);
        resume = ResumeMode.AUTO;
        return donor;
    }

    @Test
    void resumesTheCloneOfAnEarlierRunWithItsDonor() throws Exception {
        DonorServer earlier = suspended(1);
        DonorServer better = start(2, PASSWORD, FaultScript.NONE);
        assertThat(run(from(1, better, earlier), better).donor()).isEqualTo(address(earlier));
        assertTableOf(1);
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        DonorEvent.Chosen.class,
                        chosen -> assertThat(chosen.why()).isEqualTo("it is the donor of the unfinished clone"));
    }

    /** It cannot be asked now, and may hold its snapshot for minutes. */
    @Test
    void keepsTheCloneOfAnEarlierRunWhoseDonorWasNotTried() throws Exception {
        DonorServer earlier = suspended(1);
        earlier.close();
        DonorServer good = start(2, PASSWORD, FaultScript.NONE);
        CloneFromAny clone = from(1, good, earlier);
        DonorsExhaustedException end = catchThrowableOfType(DonorsExhaustedException.class, () -> run(clone, good));
        assertThat(end.lastErrors().get(address(good)))
                .hasMessageContaining("is not the server that the clone began with");
        assertTableOf(1);
    }

    @Test
    void aStopEndsThePauseBetweenRounds() throws Exception {
        DonorServer busy = start(1, PASSWORD, busy());
        CloneFromAny clone = from(2, busy);
        CompletableFuture<CloneException> end = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            try {
                run(clone, busy);
                end.completeExceptionally(new AssertionError("it did not fail"));
            } catch (CloneException e) {
                end.complete(e);
            }
        });
        runner.start();
        roundEnded.await();
        clone.suspend("SIGTERM");
        assertThat(end.get().code()).isEqualTo(CloneErrorCode.ABORTED);
    }
}
