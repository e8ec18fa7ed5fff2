package org.jclone.provision.step;

import java.util.Optional;
import java.util.stream.Collectors;
import org.jclone.provision.api.DonorChoice;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/** What PREPARE asks of the donor, or of all candidates. */
final class PrepareDonor {

    private final Run run;

    PrepareDonor(Run run) {
        this.run = run;
    }

    /** Searches for the best donor, which PREPARE asks. CLONE may use another one. */
    void search() throws CloneException {
        if (run.request().choice().isEmpty()) {
            run.record().set(Fact.DONOR, run.request().copy().donor().toString());
            return;
        }
        DonorChoice choice = run.request().choice().get();
        DonorTable table = choice.search().run();
        choice.listener().onEvent(new DonorEvent.Searched(0, table));
        boolean waits = !choice.rounds().waitForDonor().isZero();
        Optional<RatedDonor> best = table.best().or(() -> waits ? table.bestBusy() : Optional.empty());
        if (best.isEmpty()) {
            throw Failure.Provisioning.PREPARE.exception("no donor is suitable: "
                    + table.donors().stream()
                            .map(donor -> "[" + donor.address() + "] "
                                    + donor.obstacles().get(0).text())
                            .collect(Collectors.joining("; ")));
        }
        run.record().set(Fact.DONOR, best.get().address().toString());
    }

    /** Returns what the donor reports about itself; empty without an answer, whose reason {@link #check} reports. */
    Optional<DonorIdentity> identity() {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            Rows rows = sql.query("SELECT @@GLOBAL.server_uuid, @@GLOBAL.server_id, @@GLOBAL.gtid_mode");
            return Optional.of(new DonorIdentity(
                    rows.text(0, 0),
                    Rows.number(rows.text(0, 1)).orElse(0),
                    rows.text(0, 2),
                    sql.gtidSet("@@GLOBAL.gtid_executed")));
        } catch (ServerException e) {
            return Optional.empty();
        }
    }

    /** Makes the checks of {@code jclone check}, which a search for the best donor makes, too. */
    void check(Findings findings) {
        if (run.request().choice().isPresent()) {
            return;
        }
        CheckReport report = new DonorCheck(request()).run();
        for (Finding finding : report.in(Finding.State.PROBLEM)) {
            findings.add(finding.item() + ": " + Findings.withHint(finding.text(), finding.why()));
        }
        report.in(Finding.State.WARNING).forEach(finding -> run.report().warn(finding.text(), finding.why()));
    }

    /** Returns the request without a program that cannot be run, because that is reported already. */
    private CloneRequest request() {
        CloneRequest copy = run.request().copy().withOwnPasswords();
        if (!run.isProgramUnusable()) {
            return copy;
        }
        TargetServer known = copy.target().server();
        TargetServer unknown = TargetServer.known(known.version(), Optional.empty(), known.pluginDirectory())
                .forClone(known.forceIncompatible(), known.configFile(), known.persistedVariables());
        return new CloneRequest(
                copy.donor(),
                copy.login(),
                copy.tls(),
                copy.transfer(),
                copy.interruptions(),
                copy.target().withServer(unknown));
    }
}
