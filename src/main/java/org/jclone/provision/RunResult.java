package org.jclone.provision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.step.PersistedVariables;
import org.jclone.provision.step.Run;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.replace.OwnNames;

/** The result of a run that is complete: what was asked for, what the record holds, and what this process has seen. */
final class RunResult {

    private RunResult() {}

    /**
     * Collects the result.
     *
     * @param elapsed by step, of this process
     */
    static ProvisionResult of(Run run, Map<Step, Duration> elapsed) {
        ProvisionRequest request = run.request();
        ProvisionRecord record = run.record();
        Path old = request.directory().resolve(OwnNames.OLD);
        return new ProvisionResult(
                request.directory(),
                run.donor(),
                usesSource(request) ? record.fact(Fact.SOURCE).map(DonorAddress::parse) : Optional.empty(),
                run.report().channels(),
                record.fact(Fact.SERVER_UUID).orElse(""),
                Long.parseLong(record.fact(Fact.SERVER_ID).orElse("0")),
                record.fact(Fact.METHOD).filter("GTID"::equals).isPresent(),
                request.join().flatMap(join -> record.fact(Fact.GROUP)),
                request.configFile(),
                request.service().startCommand().isPresent(),
                run.report().verified(),
                String.join(" ", EffectiveOptions.commandLineWith(request.mysqld(), request.configFile())),
                Files.exists(old) ? Optional.of(old) : Optional.empty(),
                PersistedVariables.recorded(record),
                run.report().remarks(),
                elapsed);
    }

    /** A member that did not catch up in private has fetched what it lacked from its group. */
    private static boolean usesSource(ProvisionRequest request) {
        return request.join().isEmpty() || request.waiting().until() != WaitSettings.Until.CONFIGURED;
    }
}
