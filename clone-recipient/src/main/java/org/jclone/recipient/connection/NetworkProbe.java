package org.jclone.recipient.connection;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression.Mode;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/**
 * Decides for {@link Mode#AUTO} whether one connection is slower than one CPU compresses with the negotiated algorithm.
 * The speed of the network is that of a long result of a statement, including TLS.
 *
 * <p>A local address is measured like any other, because it may be the end of a tunnel. A Unix socket is not.
 */
public final class NetworkProbe {

    private static final int MIB = 1 << 20;

    /** Measures a round trip. */
    private static final String ECHO = "SELECT 1";

    /** Returns rows of half a MiB each. It needs neither a table nor a privilege. */
    private static final String PROBE = "SELECT REPEAT('x', 524288) FROM information_schema.collations LIMIT %d";

    private static final int ECHOES = 3;
    private static final int MAX_ROWS = 128;
    private static final int ROUNDS = 4;
    private static final long ENOUGH_NANOS = 200_000_000L;

    /**
     * How many times slower than compression the network must be. Measurements on a busy machine are rough, and where both
     * are equal, compression only costs the donor's CPU.
     */
    private static final double MARGIN = 2;

    /** What was measured before the clone. */
    public record Measured(
            boolean compresses,
            CompressionAlgorithm algorithm,
            double networkMiBPerSecond,
            double algorithmMiBPerSecond) {}

    private final CloneRequest request;
    private final ErrorTranslator errors;
    private final Abortion abortion;
    private final Consumer<CloneEvent> events;
    private final LongSupplier nanoClock;
    private Optional<Measured> measured = Optional.empty();

    public NetworkProbe(
            CloneRequest request,
            ErrorTranslator errors,
            Abortion abortion,
            Consumer<CloneEvent> events,
            LongSupplier nanoClock) {
        this.request = request;
        this.errors = errors;
        this.abortion = abortion;
        this.events = events;
        this.nanoClock = nanoClock;
    }

    /** Returns the measurement behind {@link #decide}; empty if nothing was measured. */
    public Optional<Measured> measured() {
        return measured;
    }

    /**
     * Returns the request's mode, or the decision for {@link Mode#AUTO}.
     *
     * @throws CloneException the reason, if a stop was requested while the donor was asked
     */
    public Mode decide() throws CloneException {
        if (request.transfer().compression().mode() != Mode.AUTO) {
            return request.transfer().compression().mode();
        }
        if (request.donor().socket().isPresent()) {
            return Mode.OFF;
        }
        Duration timeout = request.interruptions().readTimeout();
        try (Transport transport = new Transport(
                        request.donor(),
                        Logins.options(request, Mode.OFF),
                        request.login().connectTimeout(),
                        1);
                DonorSql sql = abortion.await(transport.openSql(errors, timeout), ErrorTranslator.CONNECTING)) {
            return decide(sql);
        } catch (SqlException e) {
            events.accept(new CloneEvent.Warning(
                    "cannot measure the network, not compressing: " + e.getMessage(),
                    "Say --enable-compression=ON if the network is slow."));
            return Mode.OFF;
        } catch (CloneException e) {
            abortion.check();
            if (!takesCompressedOnly(e)) {
                throw e;
            }
            events.accept(new CloneEvent.CompressionDecided(true, "", 0, 0));
            return Mode.ON;
        }
    }

    private Mode decide(DonorSql sql) throws SqlException, CloneException {
        abortion.whenDemanded(reason -> sql.close()); // fails the statement that runs
        return decide(sql, sql.loggedIn().greeting().capabilities());
    }

    /** @param capabilities what the donor offers */
    Mode decide(SqlSession sql, Capabilities capabilities) throws SqlException, CloneException {
        Optional<CompressionAlgorithm> algorithm = Logins.offer(
                        request.transfer().compression())
                .choose(capabilities)
                .filter(chosen -> chosen != CompressionAlgorithm.UNCOMPRESSED);
        if (algorithm.isEmpty()) {
            return Mode.OFF;
        }
        double network = receivedMiBPerSecond(sql);
        double cpu = compressedMiBPerSecond(
                algorithm.get(), request.transfer().compression().zstdLevel());
        boolean pays = network * MARGIN < cpu;
        measured = Optional.of(new Measured(pays, algorithm.get(), network, cpu));
        events.accept(new CloneEvent.CompressionDecided(
                pays, algorithm.get().algorithmName(), Math.max(1, Math.round(network)), Math.round(cpu)));
        return pays ? Mode.ON : Mode.OFF;
    }

    private static boolean takesCompressedOnly(CloneException failure) {
        return failure instanceof DonorErrorException refused
                && refused.donorError() == CloneError.ER_WRONG_COMPRESSION_ALGORITHM_CLIENT;
    }

    /** Excludes the wait for the first byte, which does not slow a clone. */
    double receivedMiBPerSecond(SqlSession sql) throws SqlException, CloneException {
        long echoNanos = shortestEchoNanos(sql);
        sql.drain(PROBE.formatted(1)); // opens the TCP window
        for (int rows = 1; ; rows *= 2) {
            long beginNanos = nanoClock.getAsLong();
            long bytes = sql.drain(PROBE.formatted(rows));
            long nanos = Math.max(1, nanoClock.getAsLong() - beginNanos - echoNanos);
            if (nanos >= ENOUGH_NANOS || rows == MAX_ROWS) {
                return bytes * 1e9 / nanos / MIB;
            }
        }
    }

    /** One echo alone may take long for another reason, and would make the network look too fast. */
    private long shortestEchoNanos(SqlSession sql) throws SqlException, CloneException {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < ECHOES; i++) {
            long beginNanos = nanoClock.getAsLong();
            sql.drain(ECHO);
            shortest = Math.min(shortest, nanoClock.getAsLong() - beginNanos);
        }
        return shortest;
    }

    /**
     * Measures how fast one CPU of this machine compresses, as an estimate for the donor's, which cannot be measured.
     *
     * @return the best of a few rounds, because other processes slow some down
     */
    double compressedMiBPerSecond(CompressionAlgorithm algorithm, int zstdLevel) {
        ByteBuffer sample = sample();
        ByteBuffer out = ByteBuffer.allocateDirect(MIB);
        long best = Long.MAX_VALUE;
        try (PacketCompression compression = algorithm.open(zstdLevel)) {
            for (int i = 0; i < ROUNDS && (i == 0 || best < ENOUGH_NANOS); i++) {
                long begin = nanoClock.getAsLong();
                compression.compress(sample.rewind(), out.clear());
                best = Math.min(best, nanoClock.getAsLong() - begin);
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
