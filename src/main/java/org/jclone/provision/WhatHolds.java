package org.jclone.provision;

import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.step.Run;

/** Describes the state of the data after a step failed, and what the next run does. */
public final class WhatHolds {

    private WhatHolds() {}

    /** Says what holds while no process works on the run, and what the next run does. */
    public static String now(ProvisionRecord record) {
        if (record.state() == ProvisionRecord.State.ROLLING_BACK) {
            return "The old data is being put back; the same command with --rollback continues.";
        }
        Step next = Provisioning.next(record);
        return next == Step.PREPARE
                ? "Nothing was changed; the same command with --resume repeats PREPARE" + rollback(next, record) + "."
                : after(next, record);
    }

    /** Says what holds after a failure, and what the next run does. */
    static String after(Step step, ProvisionRecord record) {
        Step next = Provisioning.again(step, record); // the record may say DONE, and not be on disk
        if (record.has(Fact.CLONE_USELESS)) {
            boolean replaceable = !record.has(Fact.GROUP) && !record.has(Fact.SOURCES); // neither a group's nor kept
            return "The old data, if there is any, is kept; the same command with --resume makes a new clone"
                    + (replaceable ? ", with another --source it continues with this one" : "")
                    + rollback(next, record) + ".";
        }
        return step == Step.PREPARE
                ? "Nothing was changed."
                : holds(next, Run.isIncremental(record)) + "; the same command with --resume continues with "
                        + next.displayName() + rollback(next, record) + ".";
    }

    private static String holds(Step next, boolean incremental) {
        return switch (next) {
            case PREPARE -> "Nothing was changed";
            case CHOOSE_DONOR, CLONE ->
                incremental
                        ? "The data is untouched, and its server may run"
                        : "The old data, if there is any, is untouched, and its server may run";
            case STOP ->
                incremental
                        ? "The data is untouched: its server can be started"
                        : "The clone is complete beside the old data, which is untouched: its server can be started";
            case EXCHANGE, FIRST_START, CONFIGURE, CATCH_UP -> "No server starts on the directory";
            case HAND_OVER -> "The new data is configured";
            case VERIFY -> "The new server is configured and was started";
        };
    }

    /** Offers the rollback exactly if it would be accepted. */
    private static String rollback(Step next, ProvisionRecord record) {
        if (record.isHandedOver()) {
            return "";
        }
        boolean incremental = Run.isIncremental(record);
        String effect;
        if (next == Step.PREPARE || incremental && next.isBeforeExchange()) {
            effect = "ends the run";
        } else if (incremental) {
            effect = "puts channels, events and settings back";
        } else {
            effect = next.isBeforeExchange() ? "removes the copy" : "puts the old data back";
        }
        return ", --rollback " + effect;
    }
}
