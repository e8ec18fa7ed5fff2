package org.jclone.recipient.connection;

import java.nio.ByteBuffer;
import java.util.Random;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;

/** Measures how fast one CPU of this machine compresses, as an estimate for the donor's, which cannot be measured. */
final class CompressionSpeed {

    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 4;
    private static final long ENOUGH_NANOS = 200_000_000L;

    private CompressionSpeed() {}

    /** Returns the best of a few rounds, because other processes slow some down. */
    static double mibPerSecond(CompressionAlgorithm algorithm, int zstdLevel) {
        ByteBuffer sample = sample();
        ByteBuffer out = ByteBuffer.allocateDirect(MIB);
        long best = Long.MAX_VALUE;
        try (PacketCompression compression = algorithm.open(zstdLevel)) {
            for (int i = 0; i < ROUNDS && (i == 0 || best < ENOUGH_NANOS); i++) {
                long begin = System.nanoTime();
                compression.compress(sample.rewind(), out.clear());
                best = Math.min(best, System.nanoTime() - begin);
            }
        }
        return 1e9 / best;
    }

    /** Returns rows of a counter and a few letters, as in tables. */
    private static ByteBuffer sample() {
        ByteBuffer sample = ByteBuffer.allocateDirect(MIB);
        Random random = new Random(1);
        for (long i = 0; sample.hasRemaining(); i++) {
            sample.putLong(i);
            for (int letter = 0; letter < 8; letter++) {
                sample.put((byte) ('a' + random.nextInt(16)));
            }
        }
        return sample;
    }
}
