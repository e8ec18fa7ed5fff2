package org.jclone.provision.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.provision.group.Group;
import org.jclone.provision.group.OnlineWait;
import org.jclone.provision.group.RecoveryCredentials;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Waits until the other members see the new server ONLINE. */
final class VerifyGroup {

    private static final long POLL_MILLIS = 500;
    private static final Duration REPORT = Duration.ofSeconds(5);
    private static final int ALREADY_RUNS = 3093;

    private final Run run;
    private final JoinGroup joining;
    private final RecoveryCredentials credentials;

    VerifyGroup(Run run, JoinGroup joining) {
        this.run = run;
        this.joining = joining;
        this.credentials = run.request().join().orElseThrow().credentials();
    }

    /** Says how a server that was left stopped will join. */
    void tellStopped() {
        run.report()
                .note(
                        credentials == RecoveryCredentials.FORGET
                                ? "the server was left stopped; once it runs, it joins the group with START GROUP_REPLICATION"
                                        + " USER='...', PASSWORD='...'"
                                : "the server was left stopped; it joins the group when it is started");
    }

    /** @param self the server that was started; empty if there is no way to ask it */
    void run(Optional<Server> self) throws CloneException {
        Group group = joining.ask();
        if (credentials == RecoveryCredentials.FORGET) {
            start(self.orElseThrow(() -> Failure.Provisioning.JOIN.exception(
                    "the server has no socket on which jclone could start the group's plugin")));
        }
        List<Server> others = new ArrayList<>();
        String uuid = run.record().fact(Fact.SERVER_UUID).orElseThrow();
        group.facts().stream()
                .filter(each -> !each.uuid().equalsIgnoreCase(uuid))
                .forEach(each -> others.add(run.asCloneUser(each.address())));
        OnlineWait wait = new OnlineWait(
                uuid,
                others,
                self,
                run::errorsOfServerLog,
                run.request().waiting().stall(),
                run.nanoTime(),
                new Reports());
        Optional<Integer> seen = wait.look();
        while (seen.isEmpty()) {
            pause();
            seen = wait.look();
        }
        run.report()
                .verified(seen.get() + (seen.get() == 1 ? " other member sees" : " other members see") + " it ONLINE");
    }

    /** The password is in the statement, not in a table. */
    private void start(Server self) throws CloneException {
        try (ServerSession sql = self.connect()) {
            sql.query(
                    Statement.of(
                            "START GROUP_REPLICATION USER=?, PASSWORD=?",
                            run.request().replication().user(),
                            run.request().replication().password()),
                    run.request().waiting().stall());
        } catch (RefusedException e) {
            if (e.number() != ALREADY_RUNS) {
                List<String> errors = run.errorsOfServerLog();
                throw Failure.Provisioning.JOIN.exception(
                        e.getMessage() + (errors.isEmpty() ? "" : "; its log: " + String.join("; ", errors)), e);
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.JOIN, e);
        }
    }

    private final class Reports implements OnlineWait.Listener {

        private long reportedNanos = run.nanoTime().getAsLong();

        @Override
        public void onState(String state) {
            run.report().send(new ProvisionEvent.Note(Step.VERIFY, "the other members see it " + state));
        }

        @Override
        public void onError(String text) {
            run.report()
                    .send(new ProvisionEvent.Warning(
                            Step.VERIFY, "the new server reports: " + text, "It tries again several times by itself."));
        }

        @Override
        public void onProgress(long missing, Duration sinceProgress) {
            long now = run.nanoTime().getAsLong();
            if (now - reportedNanos >= REPORT.toNanos()) {
                reportedNanos = now;
                run.report().send(new ProvisionEvent.CatchingUp(missing, sinceProgress, Optional.empty()));
            }
        }
    }

    private static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}
