package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.number;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large clone whose connections all break, one after the other, after seeded random numbers of bytes; after a number
 * of cuts the rest runs undisturbed. {@code -Djclone.test.largeCuts=} gives the total number of cuts, {@code
 * -Djclone.test.largeMiB=} the size of a clone, {@code -Djclone.test.seed=} the random seed.
 */
class LargeCutTest {

    private static final int CUTS = Integer.getInteger("jclone.test.largeCuts", 8);
    private static final int MEBIBYTES = Integer.getInteger("jclone.test.largeMiB", 32);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);

    /** Cuts of one clone. A cut ends all of its connections. */
    private static final int CUTS_OF_A_CLONE = Math.min(CUTS, 50);

    private static final int CONNECTIONS_PER_CUT = 6;

    /**
     * Connections that break while they are opened lose no data, but more than a few in a row end a clone that is
     * beginning.
     */
    private static final int LEAST_BYTES = 2000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @Test
    void atRandomBytes() throws Exception {
        MadeData data = MadeData.builder(SEED)
                .systemTablespace(4 << 20)
                .undoTablespaces(2, 4 << 20)
                .table("t/large", (MEBIBYTES / 2L) << 20)
                .table("t/middle", (MEBIBYTES * 3L / 8) << 20)
                .table("t/small", (MEBIBYTES / 8L) << 20)
                .modify("t/large", pages())
                .modify("t/middle", pages())
                .redo(8 << 20, 4 << 20)
                .build();
        Random random = new Random(SEED);
        long made = 0;
        long bytes = 0;
        for (int clone = 0; made < CUTS && clone < CUTS; clone++) {
            Path parent = Files.createDirectory(folder.resolve("c" + clone));
            try (CloneRig rig = CloneRig.of(parent, data, faults(random))
                    .patience(PATIENCE)
                    .with(request ->
                            request.transfer(it -> it.withMaxConcurrency(4).withAutotuneConcurrency(false)))) {
                CloneResult result = rig.run();
                FinalState.assertIdentical(data, rig.target());
                made += rig.donor().faultsMade();
                bytes = Math.max(bytes, result.dataBytes());
                FinalState.filesBelow(rig.target())
                        .forEach(name -> rig.target().resolve(name).toFile().delete());
            }
        }
        Figures.print("cuts at random bytes of clones of " + (MEBIBYTES + 12) + " MiB, seed " + SEED, made);
        assertThat(made).isGreaterThanOrEqualTo(CUTS);
        assertThat(bytes).isGreaterThan((long) MEBIBYTES << 20);
    }

    /** Some of the first pages of a tablespace, so that PAGE COPY has data to cut. */
    private static long[] pages() {
        Random random = new Random(SEED);
        return random.longs(200, 1, 400).distinct().toArray();
    }

    private static FaultScript faults(Random random) {
        int connections = CUTS_OF_A_CLONE * CONNECTIONS_PER_CUT;
        int most = (int) (((long) MEBIBYTES << 20) / CUTS_OF_A_CLONE);
        Fault[] faults = new Fault[connections];
        for (int i = 0; i < faults.length; i++) {
            Action action = random.nextBoolean() ? Action.close() : Action.reset();
            faults[i] = Fault.on(number(1 + i))
                    .at(Moment.afterByte(LEAST_BYTES + random.nextInt(most)))
                    .then(action);
        }
        return FaultScript.of(faults);
    }
}
