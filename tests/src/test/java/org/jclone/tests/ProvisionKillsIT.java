package org.jclone.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jclone.tests.ProvisionTarget.Attempt;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * Kills {@code jclone provision}, its private server, or both, while the source is written to. After each kill a plain
 * server is tried on the directory, and the run resumes. {@code -Djclone.test.full=true} kills 60 times
 * ({@code -Djclone.test.kills=}), {@code -Djclone.test.seed=} chooses when.
 */
@RealServer
class ProvisionKillsIT {

    private static final boolean ALL = Boolean.getBoolean("jclone.test.full");
    private static final long SEED = Long.getLong("jclone.test.seed", 7);
    private static final int KILLS = ALL ? Integer.getInteger("jclone.test.kills", 60) : 2;
    private static final int KILLS_IN_A_RUN = ALL ? 5 : 2;
    private static final int MAX_DELAY_MILLIS = 300;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final Servers servers;
    private final Random random = new Random(SEED);
    private final List<Moment> deck = new ArrayList<>();
    private final Map<String, Integer> count = new TreeMap<>();
    private int kills;

    ProvisionKillsIT(Servers servers) {
        this.servers = servers;
    }

    /** When to kill: as soon as this can be seen from outside. */
    private enum Moment {
        PREPARE(".jclone-provision"),
        CLONE(".jclone-new"),
        COPIED(".jclone-new/#clone/#jclone_journal"),
        STOP(".jclone-provision", "\nSTOP\n"),
        EXCHANGE(".jclone-provision", "\nEXCHANGE\n"),
        SWAPPING(".jclone-swap"),
        FIRST_START(".jclone-provision", "\nFIRST_START\n"),
        PRIVATE_FOLDER(".jclone-private"),
        STARTING(".jclone-private/mysqld.pid"),
        ANSWERING(".jclone-private/mysqld.sock"),
        CONFIGURE(".jclone-provision", "\nCONFIGURE\n"),
        CONFIGURED(".jclone-provision", "CHANNEL="),
        CATCH_UP(".jclone-provision", "\nCATCH_UP\n"),
        HAND_OVER(".jclone-provision", "\nHAND_OVER\n"),
        ACCOUNT_REMOVED(".jclone-provision", "ACCOUNT_REMOVED="),
        VERIFY(".jclone-provision", "\nVERIFY\n");

        private final String file;
        private final String content;

        Moment(String file) {
            this(file, "");
        }

        Moment(String file, String content) {
            this.file = file;
            this.content = content;
        }

        boolean isSeen(Path data) {
            Path path = data.resolve(file);
            try {
                return Files.exists(path)
                        && (content.isEmpty() || Files.readString(path, UTF_8).contains(content));
            } catch (IOException e) {
                return false; // it is being replaced
            }
        }
    }

    private enum Victim {
        JCLONE,
        PRIVATE_SERVER,
        BOTH
    }

    private List<Moment> draw() {
        List<Moment> drawn = new ArrayList<>();
        while (drawn.size() < KILLS_IN_A_RUN) {
            if (deck.isEmpty()) {
                deck.addAll(List.of(Moment.values()));
                Collections.shuffle(deck, random);
            }
            drawn.add(deck.remove(deck.size() - 1));
        }
        Collections.sort(drawn);
        return drawn;
    }

    @Test
    void replicatesThoughItIsKilledAgainAndAgain() throws Exception {
        String[] position = {"--set", "gtid_mode=OFF", "--set", "enforce_gtid_consistency=OFF"};
        try (MySqlServer source = servers.create("--gtid")) {
            ProvisionTarget.prepare(source);
            if (!ALL) {
                newReplica(source, "new, by GTID", "--gtid");
                return;
            }
            try (MySqlServer older = servers.create(position)) {
                ProvisionTarget.prepare(older);
                while (kills < KILLS) {
                    newReplica(older, "new, by position", position);
                    newReplica(source, "new, by GTID", "--gtid");
                }
            }
        } finally {
            System.out.println("kills, seed " + SEED + ": " + kills + " " + count);
        }
    }

    private void newReplica(MySqlServer source, String what, String... options) throws Exception {
        try (ProvisionTarget replica = ProvisionTarget.create(servers, options)) {
            boolean byGtid = options.length == 1;
            String[] donors = byGtid
                    ? new String[] {"--donor=127.0.0.1:1", "--source=127.0.0.1:" + source.port()
                    } // nothing listens on 1
                    : new String[0];
            provision(what, replica, source, replica.command(source, donors), "--replace");
            if (byGtid && ALL) {
                oldReplica(replica, source);
            }
        }
    }

    /** The replica runs. It gets an errant transaction and is replaced, then it loses its channel and gets another. */
    private void oldReplica(ProvisionTarget replica, MySqlServer source) throws Exception {
        MySqlServer server = replica.server();
        server.sql("SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON");
        String errant = server.sql("SELECT @@server_uuid") + ":1";
        provision(
                "replaced",
                replica,
                source,
                replica.commandWithStop(source, "--discard-errant=" + errant, "--replace"),
                "--discard-errant=" + errant);
        assertThat(server.sql("SHOW DATABASES LIKE 'errant'")).isEmpty();

        String uuid = server.sql("SELECT @@server_uuid");
        server.sql("STOP REPLICA; RESET REPLICA ALL");
        provision(
                "incremental",
                replica,
                source,
                replica.commandWithStop(source, "--recovery-method=incremental"),
                "--recovery-method=incremental");
        assertThat(server.sql("SELECT @@server_uuid")).isEqualTo(uuid);
    }

    /** @param begin the option for another begin, since the first one was killed before there was a record */
    private void provision(String what, ProvisionTarget replica, MySqlServer source, List<String> first, String begin)
            throws Exception {
        List<String> again = new ArrayList<>(first);
        if (!again.contains(begin)) {
            again.add(begin);
        }
        List<String> resume = new ArrayList<>(first);
        resume.add("--resume");
        List<String> command = first;
        boolean ended = false;
        for (Moment moment : draw()) {
            List<String> next = command;
            ended = Churn.lightlyDuring(source, () -> killAt(what, moment, replica, next));
            if (ended) {
                break;
            }
            command = replica.isRecorded() ? resume : again;
        }
        if (!ended) {
            List<String> last = command;
            CommandResult result = Churn.lightlyDuring(source, () -> Jclone.run(MySqlServer.CLONE_PASSWORD, last));
            assertThat(result.exitStatus()).as(what + result.stderr()).isZero();
        }
        replica.assertReplicates(source);
    }

    /** Returns whether the run succeeded before the moment, or in spite of the kill. */
    private boolean killAt(String what, Moment moment, ProvisionTarget replica, List<String> command) throws Exception {
        Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
        int delay = random.nextBoolean() ? 0 : random.nextInt(MAX_DELAY_MILLIS);
        String when = what + ", " + moment + " + " + delay + " ms, " + victim;
        String log;
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            ProcessHandle process = ProcessHandle.of(running.pid()).orElse(ProcessHandle.current());
            while (!moment.isSeen(replica.data()) && process.isAlive()) {
                Thread.onSpinWait();
            }
            if (!process.isAlive()) {
                return requireSuccess(when, running.await(TIMEOUT));
            }
            Thread.sleep(delay);
            boolean left =
                    victim == Victim.PRIVATE_SERVER && replica.privateServer().isPresent();
            if (!left) {
                running.signal("KILL");
            }
            if (victim != Victim.JCLONE) {
                replica.killPrivateServer();
            }
            CommandResult result = running.await(TIMEOUT);
            if (result.exitStatus() == 0) {
                return true;
            }
            log = result.stderr();
        }
        kills++;
        count.merge(moment.toString(), 1, Integer::sum);
        count.merge(victim.toString(), 1, Integer::sum);
        count.merge(what, 1, Integer::sum);
        count.merge(tried(when, replica).toString(), 1, Integer::sum);
        System.out.println("killed: " + when + ": " + lastLine(log));
        return false;
    }

    private static boolean requireSuccess(String when, CommandResult result) {
        assertThat(result.exitStatus())
                .as("before %s: %s", when, result.stderr())
                .isZero();
        return true;
    }

    private static String lastLine(String log) {
        return log.lines().reduce("", (before, line) -> line.isBlank() ? before : line);
    }

    /** The old server may run as long as its data is in place. A private server that was not killed keeps others out. */
    private static Attempt tried(String when, ProvisionTarget replica) throws Exception {
        if (replica.privateServer().isPresent() && !replica.isMarked()) {
            return Attempt.NOT_MADE;
        }
        Attempt attempt = replica.tryHostile(when);
        if (attempt == Attempt.NOT_MADE && Files.exists(replica.data().resolve("mysql.ibd"))) {
            replica.server().start();
            assertThat(replica.server().sql("SELECT 1")).as(when).isEqualTo("1");
        }
        return attempt;
    }
}
