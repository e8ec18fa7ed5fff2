package org.jclone.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WhatHoldsTest {

    @TempDir
    Path folder;

    /** Each step in each state, of a clone and of an incremental recovery, before and after their last points. */
    static Stream<Recorded> records() {
        List<Recorded> all = new ArrayList<>();
        for (State state : List.of(State.BEGUN, State.DONE, State.FAILED)) {
            for (Step step : Step.values()) {
                for (String way : List.of("CLONE", "INCREMENTAL")) {
                    all.add(new Recorded(state, step, Map.of(Fact.WAY, way)));
                    all.add(new Recorded(state, step, Map.of(Fact.WAY, way, Fact.CLONE_USELESS, "purged")));
                    all.add(new Recorded(state, step, Map.of(Fact.WAY, way, Fact.REPLICATION_BEFORE, "kept")));
                    if (step == Step.HAND_OVER) {
                        all.add(new Recorded(state, step, Map.of(Fact.WAY, way, Fact.ACCOUNT_REMOVED, "yes")));
                        all.add(new Recorded(state, step, Map.of(Fact.WAY, way, Fact.REPLICATION_BEFORE, "over")));
                    }
                }
            }
        }
        return all.stream();
    }

    private record Recorded(State state, Step step, Map<Fact, String> facts) {

        ProvisionRecord in(Path directory) throws CloneException {
            ProvisionRecord record = ProvisionRecord.create(directory);
            record.to(state, step);
            for (Map.Entry<Fact, String> fact : new EnumMap<>(facts).entrySet()) {
                record.set(fact.getKey(), fact.getValue());
            }
            return record;
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void offersARollbackExactlyIfOneIsAccepted(Recorded recorded) throws Exception {
        ProvisionRecord record = recorded.in(Files.createDirectory(folder.resolve("data")));
        boolean offered = WhatHolds.now(record).contains("--rollback");
        if (recorded.step() != Step.PREPARE
                && recorded.state() != State.DONE) { // there is no record any more after a failure in PREPARE
            assertThat(WhatHolds.after(recorded.step(), record)).isEqualTo(WhatHolds.now(record));
        }
        assertThat(offered).isEqualTo(isAccepted(record));
    }

    private boolean isAccepted(ProvisionRecord record) throws CloneException {
        try {
            new RollBack(Requests.of(folder.resolve("data"), false), event -> {}, record).run();
            return true;
        } catch (CloneException e) {
            assertThat(e).hasMessageContaining("the new server is configured");
            return false;
        }
    }

    @Test
    void anIncrementalRecoveryThatForgotTheOldChannelsCanOnlyBeResumed() throws Exception {
        ProvisionRecord record = new Recorded(
                        State.FAILED, Step.HAND_OVER, Map.of(Fact.WAY, "INCREMENTAL", Fact.REPLICATION_BEFORE, "over"))
                .in(folder);
        assertThat(WhatHolds.now(record))
                .isEqualTo(
                        "No server starts on the directory; the same command with --resume continues with FIRST START.");
    }

    /** The next process finds on disk that the step was begun. */
    @Test
    void aStepWhoseEndCannotBeRecordedIsRepeated() throws Exception {
        ProvisionRecord record = new Recorded(
                        State.DONE, Step.HAND_OVER, Map.of(Fact.WAY, "CLONE", Fact.ACCOUNT_REMOVED, "yes"))
                .in(folder);
        assertThat(WhatHolds.after(Step.HAND_OVER, record))
                .isEqualTo("The new data is configured; the same command with --resume continues with HAND OVER.");
    }

    @Test
    void theCopyOfARunThatFailedInHandOverCanBePutBackWhileItsAccountIsThere() throws Exception {
        ProvisionRecord record = new Recorded(State.FAILED, Step.HAND_OVER, Map.of(Fact.WAY, "CLONE")).in(folder);
        assertThat(WhatHolds.now(record)).endsWith("continues with FIRST START, --rollback puts the old data back.");
    }
}
