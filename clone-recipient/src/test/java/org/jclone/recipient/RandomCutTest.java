package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.number;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several connections of one clone break after seeded random numbers of bytes, again and again, and the result is the
 * same. Use {@code -Djclone.test.cuts=} and {@code -Djclone.test.seed=} for more cuts.
 */
class RandomCutTest {

    private static final int CUTS = Integer.getInteger("jclone.test.cuts", 12);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);
    private static final int CUTS_OF_A_CLONE = 4;
    private static final int MAX_BYTE = 3 << 20;

    private static final MadeData DATA = MadeData.builder(11)
            .systemTablespace(1 << 20)
            .table("t/a", 5 << 20)
            .table("t/b", 3 << 20)
            .table("t/c", 112 << 10)
            .modify("t/a", 1, 2, 3, 70, 71)
            .modify("t/b", 5)
            .build();

    @TempDir
    Path folder;

    @Test
    void atRandomBytes() throws Exception {
        Random random = new Random(SEED);
        long made = 0;
        for (int clone = 0; made < CUTS && clone < 2 * CUTS; clone++) {
            made += cloneWith(random.nextLong(), Files.createDirectory(folder.resolve("c" + clone)));
        }
        Figures.print("cuts at random bytes of a small clone, seed " + SEED, made);
        assertThat(made).isGreaterThanOrEqualTo(CUTS / 2);
    }

    /** @return how many cuts were made */
    private static long cloneWith(long seed, Path parent) throws Exception {
        Random random = new Random(seed);
        Fault[] faults = new Fault[CUTS_OF_A_CLONE];
        for (int i = 0; i < faults.length; i++) {
            int connection = 1 + random.nextInt(8);
            Action action = random.nextBoolean() ? Action.close() : Action.reset();
            faults[i] = Fault.on(number(connection))
                    .at(Moment.afterByte(200 + random.nextInt(MAX_BYTE)))
                    .then(action);
        }
        try (CloneRig rig = CloneRig.of(parent, DATA, FaultScript.of(faults))
                .with(request -> request.transfer(
                        it -> it.withMaxConcurrency(1 + random.nextInt(4)).withAutotuneConcurrency(false)))) {
            Optional<CloneException> failure = rig.outcome();
            failure.ifPresent(found ->
                    assertThat(found.code()).as("seed %d: %s", seed, found).isEqualTo(CloneErrorCode.CONNECT_FAILED));
            if (failure.isEmpty()) {
                FinalState.assertIdentical(DATA, rig.target());
            }
            return rig.donor().faultsMade();
        }
    }
}
