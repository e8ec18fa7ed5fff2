package org.jclone.recipient.session;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression.Mode;
import org.jclone.recipient.sql.SqlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for {@link Mode#AUTO}: whether one connection brings less than one CPU compresses. The network's speed is that of
 * a statement's long answer, TLS included; the CPU is this machine's, in the place of the donor's, which cannot be asked.
 */
final class NetworkProbe {

    private static final Logger LOGGER = LoggerFactory.getLogger(NetworkProbe.class);

    private static final int MIB = 1 << 20;

    /** Rows of half a MiB each, which need neither a table of the account's nor a privilege. */
    private static final String PROBE = "SELECT REPEAT('x', 524288) FROM information_schema.collations LIMIT %d";

    private static final int MAX_ROWS = 128;
    private static final long ENOUGH_NANOS = 200_000_000L;
    private static final int COMPRESSIONS = 4;

    private final CloneRequest request;
    private final ErrorTranslator errors;

    NetworkProbe(CloneRequest request, ErrorTranslator errors) {
        this.request = request;
        this.errors = errors;
    }

    /** The request's mode, or what {@link Mode#AUTO} comes to. */
    Mode decide() throws CloneException {
        if (request.transfer().compression().mode() != Mode.AUTO) {
            return request.transfer().compression().mode();
        }
        if (request.donor().isLoopback()) {
            return Mode.OFF;
        }
        double cpu = compressedMiBPerSecond(request.transfer().compression().zstdLevel());
        double network = receivedMiBPerSecond();
        Mode mode = network < cpu ? Mode.ON : Mode.OFF;
        LOGGER.atInfo()
                .addKeyValue("networkMiBPerSecond", Math.round(network))
                .addKeyValue("cpuMiBPerSecond", Math.round(cpu))
                .addKeyValue("compression", mode)
                .log("measured whether compression pays");
        return mode;
    }

    /** 0 if the donor takes compressed connections only. */
    private double receivedMiBPerSecond() throws CloneException {
        Duration timeout = request.interruptions().readTimeout();
        try (Transport transport = new Transport(
                        request.donor(),
                        Logins.options(request, Mode.OFF),
                        request.interruptions().connectTimeout(),
                        1);
                DonorSql sql = transport.openSql(errors, timeout).get()) {
            sql.drain(PROBE.formatted(1)); // opens the TCP window
            int rows = 8;
            long bytes = 0;
            long nanos = 0;
            while (nanos < ENOUGH_NANOS && rows < MAX_ROWS) {
                rows *= 2;
                long begin = System.nanoTime();
                bytes = sql.drain(PROBE.formatted(rows));
                nanos = System.nanoTime() - begin;
            }
            return bytes * 1e9 / nanos / MIB;
        } catch (ExecutionException e) {
            boolean compressedOnly = e.getCause() instanceof ServerErrorException refused
                    && refused.error().errorCode() == CloneError.ER_WRONG_COMPRESSION_ALGORITHM_CLIENT;
            if (compressedOnly) {
                return 0;
            }
            throw errors.translate(e, "connecting");
        } catch (SqlException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot measure the network; not compressing");
            return Double.MAX_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloneException(CloneErrorCode.ABORTED, "interrupted while connecting", "Clone again.", e);
        }
    }

    /** With zstd, whatever will be used; 0 without its library. */
    static double compressedMiBPerSecond(int zstdLevel) {
        if (!CompressionAlgorithm.ZSTD.isAvailable()) {
            return 0;
        }
        ByteBuffer sample = sample();
        ByteBuffer out = ByteBuffer.allocateDirect(MIB);
        long best = Long.MAX_VALUE;
        try (PacketCompression zstd = CompressionAlgorithm.ZSTD.open(zstdLevel)) {
            for (int i = 0; i < COMPRESSIONS && (i == 0 || best < ENOUGH_NANOS); i++) {
                long begin = System.nanoTime();
                zstd.compress(sample.rewind(), out.clear());
                best = Math.min(best, System.nanoTime() - begin);
            }
        }
        return 1e9 / best;
    }

    /** Rows of a counter and a few letters, as tables have them. */
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
