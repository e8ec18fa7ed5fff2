package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.donor.fixture.RedoFormat;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.VerifyMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A donor omits any one block that it announced: no such clone succeeds, verified or not. Zeros instead of the block
 * would be a valid page that was never written.
 */
class MissingBlocksTest {

    private static final int MIB = 1 << 20;

    /** The first blocks of each state and the last one are omitted, between them every one of this many. */
    private static final int STEP = Boolean.getBoolean("jclone.test.full") ? 1 : 3;

    /** Eighteen blocks. */
    private static final long LARGE = 18 * MIB;

    /** Enough where no block of a file is omitted: each case clones all files. */
    private static final long SMALL = 2 * MIB;

    @TempDir
    Path parent;

    private static MadeDataBuilder data(long bytes) {
        return MadeData.builder(23)
                .bufferPoolDump(3000)
                .systemTablespace(64 << 10, 3 * MIB)
                .table("t/a", bytes)
                .table("t/empty", 0)
                .zipTable("t/zip", 8 << 10, MIB + (8 << 10))
                .modify("t/a", 0, 7, 100)
                .modify("t/zip", 3);
    }

    static Stream<Arguments> donors() {
        return Stream.of(
                Arguments.of("a large table", data(LARGE).build(), List.of(SnapshotState.FILE_COPY)),
                Arguments.of(
                        "a long redo log",
                        data(SMALL).redo(3_000_000, MIB).build(),
                        List.of(SnapshotState.PAGE_COPY, SnapshotState.REDO_COPY)),
                Arguments.of("a redo log of one block", data(SMALL).build(), List.of(SnapshotState.REDO_COPY)),
                Arguments.of(
                        "ib_logfile0",
                        data(SMALL)
                                .redoFormat(RedoFormat.IB_LOGFILE)
                                .redo(300_000, 1 << 17)
                                .build(),
                        List.of(SnapshotState.REDO_COPY)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("donors")
    void noBlockMayBeMissing(String what, MadeData data, List<SnapshotState> states) throws Exception {
        for (SnapshotState state : states) {
            int number = 1;
            int last = 0;
            while (isMissed(data, state, number)) {
                last = number;
                number += number <= STEP ? 1 : STEP;
            }
            assertThat(last).as("%s: blocks of %s", what, state).isPositive();
            // Those that were skipped, up to the last one that exists.
            while (number - 1 > last && !isMissed(data, state, number - 1)) {
                number--;
            }
        }
    }

    /** Whether a block of this number exists. */
    private boolean isMissed(MadeData data, SnapshotState state, int number) throws Exception {
        Path folder = Files.createDirectory(parent.resolve(state + "-" + number));
        try (CloneRig rig = CloneRig.of(folder, data, forget(state, number))
                .with(request -> request.target(it -> it.withVerify(VerifyMode.OFF)))) {
            Optional<CloneException> failure = rig.outcome();
            if (rig.donor().faultsMade() == 0) {
                assertThat(failure).isEmpty();
                return false;
            }
            assertThat(failure).as("%s without block %d", state, number).isPresent();
            assertThat(failure.get().code()).as(failure.get().getMessage()).isEqualTo(CloneErrorCode.PROTOCOL);
            return true;
        }
    }

    private static FaultScript forget(SnapshotState state, int number) {
        return FaultScript.of(Fault.on(Connections.any())
                .at(Moment.dataDescriptor(state).nth(number))
                .then(Action.dropBlock()));
    }

    @Test
    void namesTheMissingBlock() {
        MadeData data = MadeData.builder(23).table("t/a", 18 * MIB).build();
        try (CloneRig rig = CloneRig.of(parent, data, forget(SnapshotState.FILE_COPY, 18))) {
            CloneException failure = rig.fail(CloneErrorCode.PROTOCOL);
            assertThat(failure)
                    .hasMessageEndingWith("did not send all that it had announced for FILE COPY: file ./t/a.ibd from"
                            + " offset 17825792 on (block 18 of chunk 1) never came");
            assertThat(failure.hint()).contains("proxy");
        }
    }

    /** Blocks that the earlier process received count; blocks that it did not receive are missed. */
    @Test
    void isMissedByTheProcessThatResumes() {
        MadeData data = MadeData.builder(23).table("t/a", 18 * MIB).build();
        FaultScript faults = FaultScript.of(
                Fault.on(Connections.number(1))
                        .at(Moment.dataDescriptor(SnapshotState.FILE_COPY).nth(9))
                        .then(Action.reset()),
                Fault.on(Connections.resumed())
                        .at(Moment.dataDescriptor(SnapshotState.FILE_COPY).nth(4))
                        .then(Action.dropBlock()));
        try (CloneRig rig = CloneRig.of(parent, data, faults)) {
            CloneException failure = rig.fail(CloneErrorCode.PROTOCOL);
            assertThat(failure).hasMessageContaining("DataDescriptor.block at offset 24");
        }
    }

    /** A lost connection may lose the notice of a drop, which a donor sends once. The summary of DDL reports it too. */
    @Test
    void acceptsADroppedFileWithoutItsBlocks() throws Exception {
        for (SnapshotState during : List.of(SnapshotState.FILE_COPY, SnapshotState.PAGE_COPY)) {
            MadeData data = MadeData.builder(23)
                    .table("t/a", 5 * MIB)
                    .table("t/b", 5 * MIB)
                    .table("t/c", MIB)
                    .modify("t/a", 0, 1, 2)
                    .modify("t/b", 0, 1, 2, 3)
                    .modify("t/c", 0, 1)
                    .dropAfter(during, "t/b", 2)
                    .build();
            for (FaultScript faults : List.of(
                    FaultScript.NONE,
                    FaultScript.of(Fault.on(Connections.number(1))
                            .at(Moment.file(during).nth(during == SnapshotState.FILE_COPY ? 4 : 1))
                            .then(Action.drop())))) {
                Path folder = Files.createDirectory(parent.resolve(during + "-" + faults.isEmpty()));
                try (CloneRig rig = CloneRig.of(folder, data, faults)) {
                    rig.run();
                    assertThat(rig.donor().faultsMade()).isEqualTo(faults.isEmpty() ? 0 : 1);
                    FinalState.assertIdentical(data, rig.target());
                }
            }
        }
    }
}
