package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.number;
import static org.jclone.donor.fault.Connections.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broken connection at any message only delays a clone. Each message is cut in one of two ways, with {@code
 * -Djclone.test.full=true} in both; over Netty's transport for other machines, some messages are cut.
 */
class CutConnectionTest {

    private static final boolean ALL = Boolean.getBoolean("jclone.test.full");

    /** Messages between two cuts of one kind. */
    private static final int STEP = ALL ? 1 : Boolean.getBoolean("io.netty.transport.noNative") ? 8 : 2;

    private static final MadeData DATA = MadeData.builder(3)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .table("t/b", 112 << 10)
            .modify("t/a", 1, 2)
            .build();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, close", "1, reset", "2, close", "2, reset", "3, close", "3, reset"})
    void atEachMessage(int connection, String how) throws IOException {
        Action action = how.equals("close") ? Action.close() : Action.reset();
        boolean struck = true;
        int made = 0;
        int first = ALL || how.equals("close") ? 1 : 1 + STEP / 2;
        for (int message = first; struck; message += STEP) {
            FaultScript script = FaultScript.of(
                    Fault.on(number(connection)).at(Moment.message(message)).then(action));
            struck = cloneWith(script, Files.createDirectory(folder.resolve("m" + message)));
            made += struck ? 1 : 0;
        }
        Figures.print("cuts at each message of a small clone (connection " + connection + ", " + how + ")", made);
    }

    /** The answer to COM_ATTACH is the last message to a worker before it requests its first task with COM_EXECUTE. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "reset", "silent"})
    void losesAWorkerBeforeItsFirstTask(String how) throws IOException {
        Action action = switch (how) {
            case "close" -> Action.close();
            case "reset" -> Action.reset();
            default -> Action.fallSilent();
        };
        FaultScript script = FaultScript.of(
                Fault.on(worker())
                        .at(Moment.response(CloneResponseCode.COMPLETE))
                        .then(action),
                // or the first connection has copied everything before the worker is there
                Fault.on(number(1)).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.stall(Duration.ofSeconds(1))));
        try (CloneRig rig = CloneRig.of(folder, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false))
                        .interruptions(it -> it.withReadTimeout(Duration.ofSeconds(2))
                                .withTransitionTimeout(Duration.ofSeconds(2))))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(rig.donor().faultsMade()).isGreaterThanOrEqualTo(2);
        }
    }

    private static boolean cloneWith(FaultScript script, Path parent) {
        try (CloneRig rig = CloneRig.of(parent, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false)))) {
            Optional<CloneException> failure = rig.outcome();
            // A reset at the greeting may arrive before connect() returns, and then counts as a failed connect.
            failure.ifPresent(found ->
                    assertThat(found.code()).as("%s: %s", script, found).isEqualTo(CloneErrorCode.CONNECT_FAILED));
            if (failure.isEmpty()) {
                FinalState.assertIdentical(DATA, rig.target());
            }
            return rig.donor().faultsMade() > 0;
        }
    }
}
