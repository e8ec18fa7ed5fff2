package org.jclone.daemon;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunStatus;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.StageProgress;

/**
 * What the events of a run, and of earlier processes that worked on it, tell of it: its servers, its steps, figures,
 * remarks, and the result. The history keeps all of this. Guarded by the lock of the run.
 */
final class RunFacts {

    private static final String DATA_BYTES = "data_bytes";
    private static final String NETWORK_BYTES = "network_bytes";
    private static final String ESTIMATED_BYTES = "estimated_bytes";

    /** A hook may print any number of lines, and each change of the run is saved with all remarks. */
    private static final int MAX_NOTES = 200;

    /** Leaves room for warnings after that many notes. */
    private static final int MAX_REMARKS = 400;

    private static final String MORE_NOTES = "further notes are in the events of the run only";

    private final RunSteps steps = new RunSteps();
    private final Map<String, Long> figures = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private Optional<String> donor = Optional.empty();
    private Optional<String> source;
    private Optional<Map<String, String>> result = Optional.empty();

    /**
     * @param version of jclone
     * @param source from which the target replicates, if that is known before the run begins
     * @param earlier what the history knows of the run, from earlier processes
     */
    RunFacts(String version, Optional<String> source, Optional<RunDetail> earlier) {
        this.source = source;
        earlier.ifPresent(known -> {
            donor = known.status().donor();
            steps.addEarlier(known.steps());
            figures.putAll(known.figures());
            versions.putAll(known.versions());
            remarks.addAll(known.remarks());
        });
        versions.put("jclone", version);
    }

    Optional<String> donor() {
        return donor;
    }

    Optional<String> source() {
        return source;
    }

    /** Returns what the donor announced. */
    OptionalLong estimatedBytes() {
        return figures.containsKey(ESTIMATED_BYTES)
                ? OptionalLong.of(figures.get(ESTIMATED_BYTES))
                : OptionalLong.empty();
    }

    /** Returns how many bytes the copy has received, in files and besides them, in all stages. */
    long copiedBytes() {
        return figures.getOrDefault(DATA_BYTES, 0L) + figures.getOrDefault(NETWORK_BYTES, 0L);
    }

    void note(ProvisionEvent event, Instant now) {
        if (event instanceof ProvisionEvent.StepBegan began) {
            steps.began(began.step(), now, began.repeated());
        } else if (event instanceof ProvisionEvent.StepDone) {
            steps.done(now);
        } else if (event instanceof ProvisionEvent.Note remark) {
            addNote(remark.text());
        } else if (event instanceof ProvisionEvent.Warning warning) {
            addWarning(warning.text());
        }
    }

    private void addNote(String text) {
        if (remarks.size() < MAX_NOTES) {
            remarks.add(text);
        } else if (!remarks.contains(MORE_NOTES)) {
            remarks.add(MORE_NOTES);
        }
    }

    private void addWarning(String text) {
        if (remarks.size() < MAX_REMARKS) {
            remarks.add(text);
        }
    }

    void note(CloneEvent event) {
        if (event instanceof CloneEvent.Connected connected) {
            donor = Optional.of(connected.donor().toString());
            versions.put("donor", connected.serverVersion());
        } else if (event instanceof CloneEvent.SnapshotOpened snapshot) {
            figures.put("files", snapshot.files());
            figures.put(ESTIMATED_BYTES, snapshot.estimatedBytes());
        } else if (event instanceof CloneEvent.Reconnected) {
            figures.merge("reconnects", 1L, Long::sum);
        }
    }

    void note(DonorEvent event) {
        if (event instanceof DonorEvent.Chosen chosen) {
            donor = Optional.of(chosen.donor().address().toString());
            figures.merge("donor_attempts", 1L, Long::sum);
        }
    }

    void note(CloneProgress progress) {
        long data = 0;
        long network = 0;
        for (StageProgress stage : progress.stages()) {
            data += stage.dataBytes();
            network += stage.networkBytes();
        }
        figures.put(DATA_BYTES, data);
        figures.put(NETWORK_BYTES, network);
        figures.merge("max_connections", (long) progress.connections(), Math::max);
    }

    /** Records that the run ends. */
    void over(Instant now) {
        steps.over(now);
    }

    void setResult(ProvisionResult complete) {
        donor = Optional.of(complete.donor().toString());
        source = complete.source().map(Object::toString);
        Map<String, String> named = new LinkedHashMap<>();
        named.put("directory", complete.directory().toString());
        named.put("donor", complete.donor().toString());
        source.ifPresent(server -> named.put("source", server));
        named.put("server_uuid", complete.serverUuid());
        named.put("server_id", Long.toString(complete.serverId()));
        named.put("replicates_by", complete.byGtid() ? "GTID" : "position");
        named.put("config_file", complete.configFile().toString());
        named.put("started", Boolean.toString(complete.started()));
        named.put("start_command", complete.startCommand());
        complete.oldData().ifPresent(old -> named.put("old_data", old.toString()));
        result = Optional.of(named);
    }

    /** @param status of the run */
    RunDetail detail(RunStatus status) {
        return new RunDetail(status, steps.all(), figures, versions, remarks, result);
    }
}
