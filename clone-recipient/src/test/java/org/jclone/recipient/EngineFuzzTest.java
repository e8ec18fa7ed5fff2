package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A clone from a donor whose packets a fuzzer changes ends in time, writes nothing outside the target, and never fails
 * with an internal error. The bytes say which packets to change, and how.
 */
class EngineFuzzTest {

    private static final MadeData DATA = MadeData.builder(61)
            .bufferPoolDump(300)
            .systemTablespace(64 << 10)
            .table("t/a", 112 << 10)
            .compressedTable("t/b", 112 << 10)
            .modify("t/a", 0, 1)
            .create(SnapshotState.FILE_COPY, "t/new")
            .rename(SnapshotState.FILE_COPY, "t/b", "t/c")
            .drop(SnapshotState.PAGE_COPY, "t/a")
            .build();

    private static final int SEEDS = 25;
    private static final int MAX_FAULTS = 3;
    private static final int MAX_CONNECTION = 3;
    private static final int MAX_MESSAGE = 60;
    private static final int MAX_BYTES = 128;
    private static final Duration TIMEOUT = Duration.ofMillis(150);

    /** The rest of the fuzzer's bytes, followed by zeros. */
    private static final class Choices {

        private final ByteBuffer left;

        private Choices(byte[] bytes) {
            left = ByteBuffer.wrap(bytes);
        }

        private int between(int min, int max) {
            int value = 0;
            for (int range = max - min; range > 0; range >>= Byte.SIZE) {
                value = value << Byte.SIZE | (left.hasRemaining() ? left.get() & 0xff : 0);
            }
            return min + value % (max - min + 1);
        }

        private byte[] bytes(int max) {
            byte[] taken = new byte[Math.min(between(0, max), left.remaining())];
            left.get(taken);
            return taken;
        }
    }

    static Stream<Arguments> seeds() {
        return LongStream.rangeClosed(1, SEEDS).mapToObj(seed -> {
            byte[] bytes = new byte[MAX_FAULTS * MAX_BYTES];
            new Random(seed).nextBytes(bytes);
            return Arguments.of(Named.of("seed " + seed, bytes));
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void clone(byte[] input) throws IOException {
        Choices bytes = new Choices(input);
        List<Fault> faults = new ArrayList<>();
        int count = bytes.between(1, MAX_FAULTS);
        for (int i = 0; i < count; i++) {
            Connections connection = Connections.number(bytes.between(1, MAX_CONNECTION));
            Moment moment = Moment.message(bytes.between(1, MAX_MESSAGE));
            faults.add(Fault.on(connection).at(moment).then(action(bytes)));
        }
        Path folder = Files.createTempDirectory("fuzz");
        FaultScript script = FaultScript.of(faults.toArray(Fault[]::new));
        try (CloneRig rig = CloneRig.of(folder, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false))
                        .interruptions(it -> it.withReadTimeout(TIMEOUT))
                        .login(it -> it.withConnectTimeout(TIMEOUT)))) {
            rig.outcome()
                    .ifPresent(failure -> assertThat(failure.code())
                            .as("%s: %s", script, failure)
                            .isNotEqualTo(CloneErrorCode.INTERNAL));
        } finally {
            delete(folder);
        }
    }

    private static Action action(Choices bytes) {
        return switch (bytes.between(0, 6)) {
            case 0 -> Action.drop();
            case 1 -> Action.repeat();
            case 2 -> Rewrite.sequenceId(bytes.between(0, 255));
            case 3 -> Rewrite.payloadLength(bytes.between(0, 0xff_ffff));
            case 4 -> payload(bytes, (payload, other) -> other);
            case 5 -> payload(bytes, (payload, other) -> overwrite(payload, other, other.length / 2));
            default ->
                payload(bytes, (payload, other) -> Arrays.copyOf(payload, Math.min(other.length, payload.length)));
        };
    }

    /** Makes a payload from the original one and the fuzzer's bytes. */
    private interface Change {

        byte[] apply(byte[] payload, byte[] other);
    }

    private static Action payload(Choices bytes, Change change) {
        byte[] other = bytes.bytes(MAX_BYTES);
        UnaryOperator<byte[]> edit = payload -> change.apply(payload, other);
        return Rewrite.payload("fuzzed", edit);
    }

    /** Overwrites {@code payload} with the rest of {@code other}, whose first byte gives the place. */
    private static byte[] overwrite(byte[] payload, byte[] other, int length) {
        byte[] changed = payload.clone();
        if (other.length > 0 && changed.length > 0) {
            int at = (other[0] & 0xff) % changed.length;
            System.arraycopy(other, 1, changed, at, Math.min(Math.min(length, other.length - 1), changed.length - at));
        }
        return changed;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
