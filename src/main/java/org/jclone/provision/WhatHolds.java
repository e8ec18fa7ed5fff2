package org.jclone.provision;

import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.step.Run;

/** The texts about a step that failed: the state of the data, and what the next run does. */
public final class WhatHolds {

    private WhatHolds() {}

    /** Says what holds while no process works on the run, and what the next run does. */
    public static String now(ProvisionRecord record) {
        if (record.state() == ProvisionRecord.State.ROLLING_BACK) {
            return "The old data is being put back; the same command with --rollback continues.";
        }
        if (record.state() == ProvisionRecord.State.FAILED) {
            return after(record.step(), record);
        }
        Step next = Provisioning.next(record);
        return next == Step.PREPARE
                ? "Nothing was changed; the same command with --resume repeats PREPARE."
                : after(next, record);
    }

    /** Says what holds after a failure, and what the next run does. */
    static String after(Step step, ProvisionRecord record) {
        if (record.has(Fact.CLONE_USELESS)) {
            boolean replaceable = !record.has(Fact.GROUP) && !record.has(Fact.SOURCES); // neither a group's nor kept
            return "The old data, if there is any, is kept; the same command with --resume makes a new clone"
                    + (replaceable ? ", with another --source it continues with this one" : "")
                    + (Run.isIncremental(record) ? "." : ", --rollback puts the old data back.");
        }
        String resume = "; the same command with --resume continues with " + step.displayName();
        return switch (step) {
            case PREPARE -> "Nothing was changed.";
            case CHOOSE_DONOR, CLONE ->
                "The old data, if there is any, is untouched, and its server may run" + resume + ".";
            case STOP ->
                "The clone is complete beside the old data, which is untouched: its server can be started" + resume
                        + ".";
            case EXCHANGE -> "No server starts on the directory" + resume + ", --rollback puts the old data back.";
            case FIRST_START, CONFIGURE, CATCH_UP ->
                "No server starts on the directory; the same command with --resume continues with FIRST START, --rollback"
                        + " puts the old data back.";
            case HAND_OVER -> "The new data is configured" + resume + ".";
            case VERIFY -> "The new server is configured and was started" + resume + ".";
        };
    }
}
