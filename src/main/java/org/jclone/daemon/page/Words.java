package org.jclone.daemon.page;

import java.util.Locale;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneStage;

/** The words of the page for the states and kinds of the daemon. */
final class Words {

    private Words() {}

    static String of(RunStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static String of(RunOrder.Action action) {
        return switch (action) {
            case PROVISION -> "provision";
            case ROLL_BACK -> "roll back";
        };
    }

    static String of(DirectoryState state) {
        return switch (state) {
            case EMPTY -> "empty";
            case DATA -> "data of another origin";
            case UNFINISHED -> "an unfinished run";
            case PROVISIONED -> "a replica";
            case UNREADABLE -> "cannot be read";
        };
    }

    /** Returns what a stage copies. */
    static String of(CloneStage stage) {
        return switch (stage) {
            case DROP_DATA -> "preparation";
            case FILE_COPY -> "files";
            case PAGE_COPY -> "pages changed since";
            case REDO_COPY -> "redo log";
            case FILE_SYNC -> "flush to disk";
        };
    }

    static String of(BandwidthLimits limits) {
        if (limits.equals(BandwidthLimits.NONE)) {
            return "no limit";
        }
        String data = limits.dataMiBPerSecond() == 0 ? "" : Figures.count(limits.dataMiBPerSecond()) + " MiB/s of data";
        String network = limits.networkMiBPerSecond() == 0
                ? ""
                : Figures.count(limits.networkMiBPerSecond()) + " MiB/s on the network";
        return data.isEmpty() || network.isEmpty() ? data + network : data + ", " + network;
    }

    static String of(RunEvent.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
