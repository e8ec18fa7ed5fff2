package org.jclone.recipient.target;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.compat.DonorParameters;

/** Copies of snapshots, and the moves of theirs that only {@link Target} makes. */
public final class TestSnapshots {

    public static final Map<String, String> SETTINGS = Map.of("version", "9.7.4", "innodb_page_size", "16384");

    public static final Locator LOCATOR = new Locator(100, 3, 4, 0, SnapshotState.INIT, false, Optional.empty());

    private TestSnapshots() {}

    /** A donor with these settings besides its version and page size. */
    public static DonorParameters donor(Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(SETTINGS);
        all.putAll(settings);
        return new DonorParameters(
                new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(LOCATOR))), all, Map.of(), Set.of());
    }

    public static SnapshotCopy empty() {
        return new SnapshotCopy(new DdlSettings(300, false), donor(Map.of()));
    }

    public static void end(SnapshotCopy copy) {
        copy.end();
    }

    public static void move(SnapshotCopy copy, StateDescriptor start) {
        copy.move(start);
    }
}
