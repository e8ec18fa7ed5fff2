package org.jclone.provision;

import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;

/** Refuses to continue a run with settings that contradict those it began with. */
final class SameSettings {

    private final ProvisionRequest request;
    private final ProvisionListener listener;
    private final ProvisionRecord record;

    SameSettings(ProvisionRequest request, ProvisionListener listener, ProvisionRecord record) {
        this.request = request;
        this.listener = listener;
        this.record = record;
    }

    /** Refuses other settings than the run's. Records another source if the run can continue with it. */
    void require() throws CloneException {
        requireSource();
        requireConfigFile();
        if (!repeatsPrepare(record)) { // which uses the new settings
            requireChannels();
            requireGroup();
        }
    }

    /** Whether the run begins from the start. */
    static boolean repeatsPrepare(ProvisionRecord record) {
        return record.step() == Step.PREPARE && record.state() != State.DONE;
    }

    /** Accepts another source until the channel is set up, and by GTID only: a position belongs to one source. */
    private void requireSource() throws CloneException {
        List<String> given = request.replication().source().given().stream()
                .map(DonorAddress::toString)
                .toList();
        Optional<String> before = record.fact(Fact.SOURCE);
        String all = String.join(" ", given);
        boolean same = record.fact(Fact.SOURCE_CANDIDATES).map(all::equals).orElse(before.equals(Optional.of(all)));
        if (request.join().isPresent() || given.isEmpty() || before.isEmpty() || same) {
            return;
        }
        boolean byGtid = record.fact(Fact.METHOD).filter("GTID"::equals).isPresent();
        if (!byGtid || record.has(Fact.CHANNEL)) {
            if (given.contains(before.get())) {
                return;
            }
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with the source " + before.get() + ", now it is " + given.get(0));
        }
        record.set(Fact.SOURCE, given.get(0));
        record.set(Fact.SOURCE_CANDIDATES, all);
        record.forget(Fact.CLONE_USELESS);
        listener.onProvision(new ProvisionEvent.Note(
                record.step(), "the source is one of " + all + " from now on; before it was " + before.get()));
    }

    /** Refuses another settings file: the copy from before the run is beside the first one. */
    void requireConfigFile() throws CloneException {
        Optional<String> before = record.fact(Fact.CONFIG_FILE);
        if (before.isPresent() && !before.get().equals(request.configFile().toString())) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with --config-file=" + before.get() + ", now it is " + request.configFile());
        }
    }

    private void requireChannels() throws CloneException {
        String now = request.replication().channels().name();
        Optional<String> before = record.fact(Fact.CHANNELS).filter(policy -> !policy.equals(now));
        if (before.isPresent()) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with --channels=" + before.get() + ", now it is " + now);
        }
    }

    /** Refuses to make a member from the settings of a replica, or a replica from those of a member. */
    private void requireGroup() throws CloneException {
        boolean before = record.has(Fact.GROUP);
        if (before != request.join().isPresent()) {
            throw Failure.Provisioning.UNFINISHED.exception("the run began " + (before ? "with" : "without")
                    + " --join-group, now it is " + (before ? "missing" : "given"));
        }
    }
}
