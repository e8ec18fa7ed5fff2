package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.ResumeMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever obstacle a clone meets at its files, it ends with an error and closes what it opened. So does the next
 * clone.
 */
class BrokenDiskTest {

    private static final MadeData DATA = MadeData.builder(33)
            .systemTablespace(256 << 10)
            .undoTablespaces(1, 256 << 10)
            .table("t/a", 2 << 20)
            .table("t/b", 1 << 20)
            .compressedTable("t/c", 512 << 10)
            .grow("t/a", 5 << 20)
            .modify("t/a", 1, 2, 70)
            .rename(SnapshotState.FILE_COPY, "t/b", "t/renamed")
            .build();

    private enum Obstacle {
        MARKS(Moment.stateStart(SnapshotState.FILE_COPY), "#clone/#view_status.tmp/full"),
        TABLE(Moment.file(SnapshotState.FILE_COPY), "t/b.ibd/full"),
        RENAMED(Moment.data(SnapshotState.FILE_COPY), "t/renamed.ibd/full"),
        GROWTH(Moment.data(SnapshotState.FILE_COPY), "#clone/jclone-page-growth/full"),
        REDO(Moment.data(SnapshotState.PAGE_COPY), "#innodb_redo/#ib_redo0/full"),
        MANIFEST(Moment.data(SnapshotState.REDO_COPY), "#clone/jclone-manifest.json.tmp/full"),
        RESULT(Moment.data(SnapshotState.REDO_COPY), "#clone/#view_progress/full");

        private final Moment moment;
        private final String file;

        Obstacle(Moment moment, String file) {
            this.moment = moment;
            this.file = file;
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Obstacle.class)
    void leavesNothingOpen(Obstacle obstacle) throws IOException {
        Path parent = Files.createDirectory(folder.resolve("p"));
        Path target = parent.resolve("target");
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(obstacle.moment)
                .then(Action.call("something is in the way", () -> putInTheWay(target.resolve(obstacle.file)))));
        try (Leftovers leftovers = new Leftovers(folder)) {
            try (CloneRig rig = CloneRig.of(parent, DATA, script)) {
                CloneException failure = rig.failure();
                assertThat(failure.code())
                        .as("%s", failure)
                        .isIn(CloneErrorCode.STORAGE, CloneErrorCode.TARGET_NOT_USABLE);
                Optional<CloneException> second = rig.again(ResumeMode.AUTO).outcome();
                assertThat(second.map(CloneException::code).filter(CloneErrorCode.INTERNAL::equals))
                        .isEmpty();
            }
            leftovers.assertNone("after the second");
            leftovers.assertNoLeaks();
        }
    }

    private static void putInTheWay(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.deleteIfExists(path.getParent());
                Files.createDirectories(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
