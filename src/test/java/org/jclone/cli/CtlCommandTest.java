package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.rest.ApiServer;
import org.jclone.daemon.rest.ApiSettings;
import org.jclone.daemon.rest.ScriptedDaemon;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jclone ctl} with the real API in front of a scripted daemon. */
class CtlCommandTest {

    @TempDir
    private Path folder;

    private final ScriptedDaemon daemon = new ScriptedDaemon();
    private final TestContext context = new TestContext();
    private ApiServer server;

    @BeforeEach
    void start() throws CloneException {
        server = open();
    }

    private ApiServer open() throws CloneException {
        return ApiServer.start(ApiSettings.ofSocket(socket()), daemon, () -> "", InstantSource.system());
    }

    private Path socket() {
        return folder.resolve("sock");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int ctl(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "ctl";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 1] = "--api-socket=" + socket();
        return new Jclone(context.context()).run(all);
    }

    @Test
    void showsWhatTheDaemonKnows() {
        assertThat(ctl("status")).isZero();
        assertThat(context.out()).contains("jclone 0.1.0: READY, 1 of at most 2 runs, 0 waiting", "warning: a warning");
        assertThat(ctl("targets")).isZero();
        assertThat(context.out()).contains("db  UNFINISHED", "directory: /var/lib/mysql", "run: " + ScriptedDaemon.RUN);
        assertThat(ctl("donors", "db")).isZero();
        assertThat(context.out()).contains("no donor answers");
        assertThat(ctl("runs")).isZero();
        assertThat(context.out()).contains(ScriptedDaemon.RUN);
        assertThat(ctl("history", ScriptedDaemon.RUN)).isZero();
        assertThat(context.out()).contains("an event was disabled");
        assertThat(ctl("history", "--target=db", "--failed", "--limit=7", "--since=1h"))
                .isZero();
        assertThat(daemon.queries).singleElement().satisfies(query -> {
            assertThat(query.target()).contains("db");
            assertThat(query.states()).containsExactly(State.FAILED);
            assertThat(query.limit()).isEqualTo(7);
            assertThat(query.since()).isPresent();
        });
        assertThat(ctl("throttle")).isZero();
        assertThat(context.out()).contains("file contents: 100 MiB/s for each run", "network: unlimited");
        assertThat(context.err()).isEmpty();
    }

    @Test
    void changesWhatItIsTold() {
        assertThat(ctl("start", "db", "--key=new", "--priority=3")).isZero();
        assertThat(context.out()).contains("ordered run " + ScriptedDaemon.RUN);
        assertThat(ctl("start", "db", "--key=old")).isZero();
        assertThat(context.out()).contains("an earlier order with this key began run");
        assertThat(ctl("cancel", ScriptedDaemon.RUN, "--for-good")).isZero();
        assertThat(ctl("retry", ScriptedDaemon.RUN)).isZero();
        assertThat(ctl("throttle", "--max-data-bandwidth=50", "--until=2026-12-01T00:00:00Z"))
                .isZero();
        assertThat(context.out()).contains("50 MiB/s", "until: 2026-12-01T00:00:00Z");
        assertThat(ctl("throttle", "--reset")).isZero();
        assertThat(ctl("reload")).isZero();
        assertThat(daemon.calls).hasSize(7);
        assertThat(daemon.calls.get(0)).contains("priority=3");
        assertThat(daemon.calls.get(2)).startsWith("cancel FOR_GOOD uid ");
    }

    @Test
    void ordersThatTheOldDataIsPutBack() {
        assertThat(ctl("start", "db", "--rollback", "--key=new")).isZero();
        assertThat(daemon.calls).singleElement().asString().contains("ROLL_BACK");
    }

    @Test
    void saysWhyTheDaemonRefuses() {
        assertThat(ctl("start", "other")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(context.err()).contains("jclone: no target other", "Look at the list.");
        assertThat(ctl("watch", "none")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(ctl("start")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(context.err()).contains("NAME is missing");
        assertThat(ctl("start", "db", "--key=a b")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(daemon.calls).isEmpty();
        server.close();
        assertThat(ctl("runs")).isEqualTo(CloneErrorCode.DAEMON.exitStatus());
        assertThat(context.err()).contains("cannot connect to the daemon at " + socket(), "--api-socket");
    }

    @Test
    void watchesARunToItsEndAndExitsWithItsStatus() throws Exception {
        daemon.happens(RunEvent.Kind.STARTED, "began");
        Thread story = new Thread(() -> {
            awaitSubscriber();
            daemon.progresses(512L << 20);
            daemon.happens(RunEvent.Kind.NOTE, "a note");
            daemon.ends(
                    State.FAILED,
                    Optional.of(new RunFailure(
                            CloneErrorCode.DISK_FULL,
                            Optional.of(Step.CLONE),
                            "no room",
                            "Make room.",
                            "Old data stays.")));
        });
        story.start();
        assertThat(ctl("watch", ScriptedDaemon.RUN)).isEqualTo(CloneErrorCode.DISK_FULL.exitStatus());
        story.join();
        assertThat(context.err()).containsSubsequence("began\n", "a note\n", "the run is over");
        assertThat(context.out()).contains(": FAILED", "no room", "Make room.", "Old data stays.");
    }

    @Test
    void continuesToWatchWhenTheDaemonIsRestarted() throws Exception {
        daemon.happens(RunEvent.Kind.STARTED, "began");
        Thread story = new Thread(() -> {
            awaitSubscriber();
            server.close();
            daemon.happens(RunEvent.Kind.NOTE, "while nobody listened");
            try {
                server = open();
            } catch (CloneException e) {
                throw new IllegalStateException(e);
            }
            awaitSubscriber();
            daemon.ends(State.SUCCEEDED, Optional.empty());
        });
        story.start();
        assertThat(ctl("start", "db", "--key=new", "--watch", "--output=json")).isZero();
        story.join();
        assertThat(context.out().lines().filter(line -> line.startsWith("{\"id\":1,")))
                .hasSize(1);
        assertThat(context.out()).contains("while nobody listened", "\"state\":\"SUCCEEDED\"");
    }

    private void awaitSubscriber() {
        try {
            for (int i = 0; i < 200 && daemon.subscribers() == 0; i++) {
                Thread.sleep(50);
            }
            Thread.sleep(300); // what happened before is on its way
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
