package org.jclone.recipient.session;

import java.util.EnumSet;
import java.util.Set;
import org.jclone.recipient.api.CloneErrorCode;

/** What a failed clone leaves behind. It decides what happens to the directory and to the donor's snapshot. */
enum CloneOutcome {

    /** This run began the clone, and no data arrived. The directory can be as it was; repeating costs no more than resuming. */
    NOTHING_BEGUN,

    /** The journal records what is here, and the donor keeps its snapshot for a while. */
    RESUMABLE,

    /** All data is here. Another process can finish the clone without the donor. */
    COMPLETE_UNFINISHED,

    /** All data is here, and some of it is damaged. */
    DAMAGED,

    /** Nothing can be resumed: the data here, if any, has no journal or no snapshot. */
    USELESS;

    /** Failures that a retry may avoid. */
    private static final Set<CloneErrorCode> INTERRUPTIONS = EnumSet.of(
            CloneErrorCode.CONNECTION_LOST,
            CloneErrorCode.CONNECT_FAILED,
            CloneErrorCode.STORAGE,
            CloneErrorCode.DISK_FULL);

    /** How much of the donor's data has arrived. */
    enum Data {
        NONE,
        SOME,
        ALL
    }

    /** The journal in the directory, as far as it helps another process. */
    enum Journal {
        /** There is none, it does not say enough, or the donor has not agreed to resume the clone it describes. */
        NONE,

        /** Another process left it, and this run has changed neither it nor the files. */
        UNTOUCHED,

        /** This run writes it. */
        KEPT
    }

    /**
     * All that decides the outcome.
     *
     * @param failure the code of the failure that ended the clone
     * @param suspended whether a caller asked to stop so that another process can resume
     * @param aborted whether a caller asked to stop for good
     * @param begunHere whether this run created the directory's contents
     * @param donorWaits whether the donor keeps its snapshot for a recipient that was cut off
     */
    record State(
            CloneErrorCode failure,
            boolean suspended,
            boolean aborted,
            boolean begunHere,
            Data data,
            Journal journal,
            boolean donorWaits) {

        private boolean isComplete() {
            return journal != Journal.NONE && data == Data.ALL;
        }

        /** Returns whether another process finds a journal and, if it needs one, a snapshot. */
        private boolean isKept() {
            return isComplete() || journal != Journal.NONE && donorWaits;
        }

        private boolean isInterruption() {
            return journal == Journal.UNTOUCHED
                    || INTERRUPTIONS.contains(failure)
                    || failure == CloneErrorCode.ABORTED && suspended;
        }
    }

    static CloneOutcome of(State state) {
        if (state.begunHere() && state.data() == Data.NONE && !(state.suspended() && state.isKept())) {
            return NOTHING_BEGUN;
        }
        if (state.isComplete()) {
            return state.failure() == CloneErrorCode.DAMAGED ? DAMAGED : COMPLETE_UNFINISHED;
        }
        return state.isKept() && !state.aborted() && state.isInterruption() ? RESUMABLE : USELESS;
    }
}
