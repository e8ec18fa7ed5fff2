package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clones of many kinds, whose connections break at each message. {@code -Djclone.test.full=true} makes all cuts,
 * otherwise {@code -Djclone.test.seed=} chooses some.
 */
class CutShapesTest {

    private static final boolean ALL = Boolean.getBoolean("jclone.test.full");
    private static final long SEED = Long.getLong("jclone.test.seed", 5);

    /** The number of messages varies on a connection that shares its work with others. */
    private static final int MISSES_THAT_END = 3;

    /** Few connections have fewer messages. A cut after the last message would show nothing. */
    private static final int SAMPLED = 14;

    private static final int SAMPLED_OF_FIRST = 56;
    private static final int CUTS_OF_FIRST = 2;

    /** How a cut clone may end. */
    private static final Set<CloneErrorCode> BEGINNING =
            EnumSet.of(CloneErrorCode.CONNECT_FAILED, CloneErrorCode.CONNECTION_LOST);

    private int made;

    @TempDir
    Path folder;

    /** The clone resumes by itself. */
    @ParameterizedTest
    @EnumSource
    void resumesInTheSameProcess(CloneShape shape) throws IOException {
        cut(shape, this::cutOnce);
        assertThat(made).isPositive();
        Figures.print("cuts at each message of a small clone (" + shape + ")", made);
    }

    /** The clone gives up at once, and another process resumes it from its journal. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_JOURNAL")
    void isResumedByAnotherClone(CloneShape shape) throws IOException {
        cut(shape, this::cutAndResume);
        assertThat(made).isPositive();
        Figures.print("the same, each ends the clone, which another takes up from its journal (" + shape + ")", made);
    }

    /** The donor may already be in the next state. */
    @ParameterizedTest
    @EnumSource(names = {"FILE_COPY", "PAGE_COPY", "REDO_COPY", "DONE"})
    void isResumedByAnotherCloneWhereAStateBegins(SnapshotState state) throws IOException {
        FaultScript script =
                FaultScript.of(Fault.on(number(1)).at(Moment.stateStart(state)).then(Action.close()));
        assertThat(cutAndResume(CloneShape.DDL_IN_BOTH_ROUNDS, script, Files.createDirectory(folder.resolve("s"))))
                .isTrue();
    }

    private interface Cut {
        /** @return whether the connection had this many messages */
        boolean make(CloneShape shape, FaultScript script, Path parent);
    }

    private void cut(CloneShape shape, Cut cut) throws IOException {
        Random random = new Random(SEED * 31 + shape.ordinal());
        for (int connection = 1; connection <= shape.connections(); connection++) {
            if (ALL) {
                cutEverywhere(shape, connection, cut);
            } else {
                cutSometimes(shape, connection, cut, random);
            }
        }
    }

    private void cutEverywhere(CloneShape shape, int connection, Cut cut) throws IOException {
        int misses = 0;
        for (int message = 1; misses < MISSES_THAT_END; message++) {
            misses = struck(shape, connection, message, cut) ? 0 : misses + 1;
        }
    }

    private void cutSometimes(CloneShape shape, int connection, Cut cut, Random random) throws IOException {
        int most = connection == 1 ? SAMPLED_OF_FIRST : SAMPLED;
        Set<Integer> messages = new TreeSet<>();
        while (messages.size() < (connection == 1 ? CUTS_OF_FIRST : 1)) {
            messages.add(1 + random.nextInt(most));
        }
        for (int message : messages) {
            struck(shape, connection, message, cut);
        }
    }

    private boolean struck(CloneShape shape, int connection, int message, Cut cut) throws IOException {
        Action action = (message + connection) % 2 == 0 ? Action.close() : Action.reset();
        FaultScript script = FaultScript.of(
                Fault.on(number(connection)).at(Moment.message(message)).then(action));
        boolean struck = cut.make(shape, script, Files.createDirectory(folder.resolve(connection + "-" + message)));
        made += struck ? 1 : 0;
        return struck;
    }

    private boolean cutOnce(CloneShape shape, FaultScript script, Path parent) {
        try (CloneRig rig = shape.rig(parent, script)) {
            Optional<CloneException> failure = rig.outcome();
            // A reset at the greeting may arrive before connect() returns, and then counts as a failed connect.
            failure.ifPresent(found -> assertThat(found.code())
                    .as("%s %s: %s", shape, script, found)
                    .isEqualTo(CloneErrorCode.CONNECT_FAILED));
            if (failure.isEmpty()) {
                FinalState.assertIdentical(shape.data(), rig.target(), shape != CloneShape.NOT_VERIFIED);
            }
            return rig.donor().faultsMade() > 0;
        }
    }

    private boolean cutAndResume(CloneShape shape, FaultScript script, Path parent) {
        try (CloneRig rig = shape.rig(parent, script)
                .with(request -> request.interruptions(it -> it.withReconnectTimeout(Duration.ZERO)))) {
            Optional<CloneException> failure = rig.outcome();
            failure.ifPresent(found ->
                    assertThat(BEGINNING).as("%s %s: %s", shape, script, found).contains(found.code()));
            if (failure.isPresent()) {
                rig.with(request -> request.interruptions(it -> it.withResume(ResumeMode.AUTO))
                        .login(it -> it.withPassword(
                                Password.of(CloneRig.ACCOUNT.password().toCharArray()))));
                if (!Files.exists(rig.target())) {
                    rig.with(request -> request.interruptions(it -> it.withResume(ResumeMode.NEVER)));
                }
                rig.run();
            }
            FinalState.assertIdentical(shape.data(), rig.target(), shape != CloneShape.NOT_VERIFIED);
            return rig.donor().faultsMade() > 0;
        }
    }
}
