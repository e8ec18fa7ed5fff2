package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.recipient.CloneRig;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.Compression.Mode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clock stands still except while the network brings rows, and while the CPU compresses. */
class NetworkProbeTest {

    private static final DonorAddress FAR = new DonorAddress("donor.invalid", 3306);
    private static final long MILLI = 1_000_000;
    private static final int MIB = 1 << 20;

    private static final CloneException STOP = new CloneException(CloneErrorCode.ABORTED, "stopped", "again");

    private final List<CloneEvent> events = new ArrayList<>();
    private final Abortion abortion = new Abortion(new ErrorTranslator(FAR));

    /** How long the clock moves with each of the next readings. */
    private final Deque<Long> steps = new ArrayDeque<>();

    /** How long it moves with every reading. */
    private long tickNanos;

    private long nanos = -5 * MILLI;

    private NetworkProbe probe(DonorAddress donor, Mode mode) {
        return probe(donor, mode, this::now);
    }

    private NetworkProbe probe(DonorAddress donor, Mode mode, LongSupplier clock) {
        CloneRequest request = CloneRequest.builder()
                .donor(donor)
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .target(it -> it.withDirectory(Path.of("target")))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .transfer(it -> it.withCompression(Compression.OFF.withMode(mode)))
                .build();
        return new NetworkProbe(request, new ErrorTranslator(donor), abortion, events::add, clock);
    }

    private long now() {
        nanos += steps.isEmpty() ? tickNanos : steps.remove();
        return nanos;
    }

    /** A network that brings so many MiB a second, each result after a round trip. */
    private final class Network implements SqlSession {

        private final long roundTripNanos;
        private final double mibPerSecond;
        private int largestRows;

        Network(long roundTripMillis, double mibPerSecond) {
            this.roundTripNanos = roundTripMillis * MILLI;
            this.mibPerSecond = mibPerSecond;
        }

        @Override
        public Rows query(String statement) {
            throw new AssertionError(statement);
        }

        @Override
        public long drain(String statement) {
            int rows = statement.contains("LIMIT")
                    ? Integer.parseInt(statement.substring(statement.lastIndexOf(' ') + 1))
                    : 0;
            largestRows = Math.max(largestRows, rows);
            long bytes = rows * (MIB / 2L);
            nanos += roundTripNanos + (long) (bytes * 1e9 / MIB / mibPerSecond);
            return bytes;
        }

        @Override
        public void tryCloneMode() {
            throw new AssertionError();
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource({"ON", "OFF"})
    void measuresNothingIfTheUserHasDecided(Mode mode) throws Exception {
        assertThat(probe(FAR, mode).decide()).isEqualTo(mode);
    }

    @Test
    void neverCompressesOverAUnixSocket() throws Exception {
        assertThat(probe(DonorAddress.ofSocket(Path.of("/nowhere/mysqld.sock")), Mode.AUTO)
                        .decide())
                .isEqualTo(Mode.OFF);
    }

    @Test
    void doesNotMeasureForADonorThatCannotCompress() throws Exception {
        NetworkProbe probe = probe(FAR, Mode.AUTO);

        assertThat(probe.decide(new Network(1, 1), Capabilities.of())).isEqualTo(Mode.OFF);
        assertThat(probe.measured()).isEmpty();
        assertThat(events).isEmpty();
    }

    /** With a tick of 8 ms a CPU compresses 125 MiB a second. */
    @ParameterizedTest
    @CsvSource({"60, true", "65, false", "500, false"})
    void compressesWhereTheNetworkIsLessThanHalfAsFastAsACpu(double mibPerSecond, boolean pays) throws Exception {
        tickNanos = 8 * MILLI;
        NetworkProbe probe = probe(FAR, Mode.AUTO);
        Network network = new Network(10, mibPerSecond);

        assertThat(probe.decide(network, Capabilities.of(Capability.CLIENT_COMPRESS)))
                .isEqualTo(pays ? Mode.ON : Mode.OFF);
        assertThat(events)
                .containsExactly(new CloneEvent.CompressionDecided(pays, "zlib", Math.round(mibPerSecond), 125));
        assertThat(probe.measured().orElseThrow().compresses()).isEqualTo(pays);
    }

    @Test
    void doesNotTakeADelayForARoundTrip() throws Exception {
        steps.addAll(List.of(0L, 150 * MILLI)); // of the first echo
        Network network = new Network(1, 20);

        assertThat(probe(FAR, Mode.AUTO).receivedMiBPerSecond(network)).isCloseTo(20, within(0.1));
    }

    @ParameterizedTest
    @CsvSource({"0, 20", "0, 1000", "100, 20", "100, 1000"})
    void measuresANetworkWithoutItsRoundTrip(long roundTripMillis, double mibPerSecond) throws Exception {
        Network network = new Network(roundTripMillis, mibPerSecond);

        assertThat(probe(FAR, Mode.AUTO).receivedMiBPerSecond(network)).isCloseTo(mibPerSecond, within(0.1));
        assertThat(network.largestRows).isLessThanOrEqualTo(128);
    }

    @Test
    void measuresASlowNetworkWithLittleData() throws Exception {
        Network network = new Network(20, 1);
        probe(FAR, Mode.AUTO).receivedMiBPerSecond(network);

        assertThat(network.largestRows).isEqualTo(1);
    }

    @Test
    void takesTheFastestOfFourRoundsForTheSpeedOfACpu() {
        steps.addAll(List.of(0L, 20 * MILLI, 0L, 8 * MILLI, 0L, 10 * MILLI, 0L, 30 * MILLI));

        assertThat(probe(FAR, Mode.AUTO).compressedMiBPerSecond(CompressionAlgorithm.ZLIB, 1))
                .isEqualTo(125);
        assertThat(steps).isEmpty();
    }

    @Test
    void measuresASlowCpuOnce() {
        steps.addAll(List.of(0L, 250 * MILLI, 0L, 8 * MILLI));

        assertThat(probe(FAR, Mode.AUTO).compressedMiBPerSecond(CompressionAlgorithm.ZLIB, 1))
                .isEqualTo(4);
    }

    @Test
    void stopsWhileItConnects() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DonorAddress donor = new DonorAddress("127.0.0.1", silent.getLocalPort());
            CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> {
                try (Socket client = silent.accept()) {
                    abortion.demand(STOP);
                    client.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(probe(donor, Mode.AUTO)::decide)
                    .isSameAs(STOP);
            stop.join();
        }
    }

    @Test
    void stopsWhileItMeasures() throws Exception {
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(1).systemTablespace(64 << 10).build())
                .account(CloneRig.ACCOUNT)
                .build();
        try (DonorServer donor = DonorServer.start(config)) {
            NetworkProbe probe = probe(new DonorAddress("127.0.0.1", donor.port()), Mode.AUTO, () -> {
                abortion.demand(STOP);
                return now();
            });
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(probe::decide)
                    .isSameAs(STOP);
            assertThat(events).isEmpty();
        }
    }
}
