package org.jclone.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

/**
 * Kills runs of {@code jclone provision} at moments that a seed chooses, tries a plain server on the directory after each
 * kill, and counts.
 */
final class ProvisionKiller {

    private static final int MAX_DELAY_MILLIS = 300;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** Seconds between transactions: a run is killed as well under a light load, and does more in the same time. */
    static final String PAUSE = "0.05";

    private final Random random;
    private final List<Moment> deck = new ArrayList<>();
    private final List<Moment> rollbackDeck = new ArrayList<>();
    private final Map<String, Integer> count = new TreeMap<>();
    private int kills;

    ProvisionKiller(long seed) {
        this.random = new Random(seed);
    }

    /** When to kill: as soon as this can be seen from outside. */
    enum Moment {
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
        VERIFY(".jclone-provision", "\nVERIFY\n"),
        /** Of a rollback. */
        ROLLBACK(".jclone-provision", "\nROLLING_BACK\n"),
        PUTTING_BACK(".jclone-swap"),
        ROLLBACK_STARTING(".jclone-private/mysqld.pid"),
        ROLLBACK_ANSWERING(".jclone-private/mysqld.sock");

        private final String file;
        private final String content;

        Moment(String file) {
            this(file, "");
        }

        Moment(String file, String content) {
            this.file = file;
            this.content = content;
        }

        boolean isOfRollback() {
            return compareTo(ROLLBACK) >= 0;
        }

        /** Whether only a run that clones comes there. */
        boolean isOfCopy() {
            return this == CLONE || this == COPIED || this == SWAPPING;
        }

        /** Whether the run can still be rolled back then. */
        boolean isBeforeHandOver() {
            return compareTo(HAND_OVER) < 0;
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

    /** Draws moments of a run, in their order. */
    List<Moment> draw(int moments) {
        List<Moment> drawn = new ArrayList<>();
        while (drawn.size() < moments) {
            drawn.add(next(deck, false));
        }
        Collections.sort(drawn);
        return drawn;
    }

    /** Draws a moment from which a run can be rolled back, and which it reaches. */
    Moment drawBeforeHandOver(boolean copies) {
        List<Moment> moments = Arrays.stream(Moment.values())
                .filter(moment -> moment.isBeforeHandOver() && (copies || !moment.isOfCopy()))
                .toList();
        return moments.get(random.nextInt(moments.size()));
    }

    Moment drawOfRollback() {
        return next(rollbackDeck, true);
    }

    private Moment next(List<Moment> from, boolean ofRollback) {
        if (from.isEmpty()) {
            Arrays.stream(Moment.values())
                    .filter(moment -> moment.isOfRollback() == ofRollback)
                    .forEach(from::add);
            Collections.shuffle(from, random);
        }
        return from.remove(from.size() - 1);
    }

    /**
     * Runs to the end though it is killed, while the source is written to.
     *
     * @param begin the option for another begin, since the first one was killed before there was a record
     */
    void provision(
            String what, int moments, ProvisionTarget replica, MySqlServer source, List<String> first, String begin)
            throws Exception {
        List<String> again = new ArrayList<>(first);
        if (!again.contains(begin)) {
            again.add(begin);
        }
        List<String> resume = with(first, "--resume");
        Churn.during(source, PAUSE, () -> {
            List<String> command = first;
            for (Moment moment : draw(moments)) {
                if (kill(what, moment, replica, command)) {
                    return true;
                }
                command = replica.isRecorded() ? resume : again;
            }
            succeed(what, command);
            return true;
        });
        replica.assertReplicates(source);
    }

    static List<String> with(List<String> command, String option) {
        List<String> more = new ArrayList<>(command);
        more.add(option);
        return more;
    }

    static void succeed(String what, List<String> command) {
        CommandResult result = Jclone.run(MySqlServer.CLONE_PASSWORD, command);
        assertThat(result.exitStatus()).as(what + result.stderr()).isZero();
    }

    int kills() {
        return kills;
    }

    @Override
    public String toString() {
        return kills + " " + count;
    }

    /** Returns whether the command succeeded before the moment, or in spite of the kill. */
    boolean kill(String what, Moment moment, ProvisionTarget replica, List<String> command) throws Exception {
        Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
        int delay = random.nextBoolean() ? 0 : random.nextInt(moment.isOfRollback() ? 30 : MAX_DELAY_MILLIS);
        String when = what + ", " + moment + " + " + delay + " ms, " + victim;
        String log;
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            ProcessHandle process = ProcessHandle.of(running.pid()).orElse(ProcessHandle.current());
            while (!moment.isSeen(replica.data()) && process.isAlive()) {
                Thread.sleep(1); // two processors
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
        Attempt attempt = tried(when, replica);
        count.merge(attempt.toString(), 1, Integer::sum);
        System.out.println("killed " + kills + ": " + when + ", " + attempt + ": " + lastLine(log));
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
            replica.awaitStopCommand();
            replica.server().start();
            assertThat(replica.server().sql("SELECT 1")).as(when).isEqualTo("1");
        }
        return attempt;
    }
}
