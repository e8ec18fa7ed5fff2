package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.api.Compression.Algorithm.ZSTD;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.StageProgress;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed connections, against donors that permit various algorithms. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressionIT {

    private static final String[] COMPARED = {"--no-gtid", "--without", "churn", "--relocated"};
    private static final Compression AUTO = Compression.OFF.withMode(Compression.Mode.AUTO);
    private static final long MIB = 1 << 20;
    private static final long SLOW_BYTES_PER_SECOND = 20 * MIB;
    private static final String ALL = "zlib,zstd,uncompressed";

    private final Servers servers;
    private MySqlServer donor;
    private String content;
    private volatile String transport;
    private volatile CloneEvent.CompressionDecided decided;

    CompressionIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void findDonor() {
        donor = servers.donor(PageSize.KIB_16);
        content = donor.fingerprint(COMPARED);
    }

    @AfterEach
    void permitAll() {
        donor.sql("SET GLOBAL protocol_compression_algorithms = '" + ALL + "'");
    }

    private static Compression with(Compression.Algorithm... algorithms) {
        return new Compression(Compression.Mode.ON, List.of(algorithms), Compression.DEFAULT_ZSTD_LEVEL);
    }

    private CloneResult run(CloneRequest.Builder request) throws CloneException {
        return new CloneRecipient(request.build(), listener(() -> {})).run();
    }

    /**
     * Stops the clone when it has logged in: what the two sides agreed on is known then. Waits until the donor can be cloned
     * again.
     */
    private void connect(CloneRequest.Builder request) throws InterruptedException {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        recipient.set(new CloneRecipient(
                request.build(), listener(() -> recipient.get().abort("connected"))));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(recipient.get()::run)
                .satisfies(end -> assertThat(end.code()).as(end.getMessage()).isEqualTo(CloneErrorCode.ABORTED));
        Checks.await(
                () -> donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE command = 'clone'") == 0);
    }

    /** Keeps what it hears; then runs {@code connected}. */
    private CloneListener listener(Runnable connected) {
        transport = null;
        decided = null;
        return new CloneListener() {
            @Override
            public void onEvent(CloneEvent event) {
                if (event instanceof CloneEvent.Connected first) {
                    transport = first.transport();
                    connected.run();
                } else if (event instanceof CloneEvent.CompressionDecided measured) {
                    decided = measured;
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.Algorithm.class,
            names = {"ZLIB", "ZSTD"})
    void clonesOverCompressedConnectionsDuringWrites(Compression.Algorithm algorithm) throws Exception {
        SslMode sslMode = algorithm == ZSTD ? SslMode.REQUIRED : SslMode.DISABLED;
        int connections = algorithm == ZSTD ? 4 : 16;
        Path directory = servers.newPath("c");
        CloneRequest.Builder request = Clones.request(donor, directory)
                .transfer(it -> it.withCompression(with(algorithm)))
                .tls(it -> it.withSslMode(sslMode).withGetServerPublicKey(true))
                .transfer(it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false));

        CloneResult result = Churn.during(donor, () -> run(request));

        assertThat(transport).endsWith("compressed with " + (algorithm == ZSTD ? "zstd" : "zlib"));
        StageProgress copied = result.stages().get(CloneStage.FILE_COPY.ordinal());
        assertThat(copied.networkBytes()).as("compressed bytes").isBetween(1L, copied.dataBytes() / 3);
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(content);
            assertThat(clone.check()).startsWith("checked");
            assertThat(Churn.state(clone).bad()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ALL + "            | ZSTD,ZLIB,UNCOMPRESSED | zstd",
                ALL + "            | ZLIB,ZSTD              | zlib",
                ALL + "            | UNCOMPRESSED           | clear text",
                "zlib,uncompressed | ZSTD,ZLIB,UNCOMPRESSED | zlib",
                "zstd              | ZLIB,ZSTD              | zstd",
                "zlib              | ZSTD,ZLIB              | zlib",
                "uncompressed      | ZSTD,ZLIB,UNCOMPRESSED | clear text",
            })
    void usesTheBestAlgorithmThatBothPermit(String permitted, String wanted, String used) throws InterruptedException {
        donor.sql("SET GLOBAL protocol_compression_algorithms = '" + permitted + "'");
        Compression.Algorithm[] algorithms = List.of(wanted.split(",")).stream()
                .map(Compression.Algorithm::valueOf)
                .toArray(Compression.Algorithm[]::new);

        connect(clearText().transfer(it -> it.withCompression(with(algorithms)).withMaxConcurrency(1)));

        assertThat(transport).endsWith(used);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zlib              | ZSTD         | requested zstd, the donor offers zlib",
                "uncompressed      | ZSTD         | the donor offers none",
                "zstd              | UNCOMPRESSED | 3922",
            })
    void reportsThatNoAlgorithmIsCommon(String permitted, Compression.Algorithm wanted, String words) {
        donor.sql("SET GLOBAL protocol_compression_algorithms = '" + permitted + "'");

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> run(clearText().transfer(it -> it.withCompression(with(wanted)))))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.INCOMPATIBLE))
                .satisfies(e -> assertThat(e.hint()).contains("--compression-algorithms"));
    }

    @Test
    void doesNotCompressByDefault() throws InterruptedException {
        connect(clearText());
        assertThat(transport).isEqualTo("clear text");
    }

    @Test
    void compressesOverASlowNetwork() throws Exception {
        Path directory = null;
        CloneResult result = null;
        try (FaultyProxy network = FaultyProxy.to(donor.port())) {
            network.slowTo(SLOW_BYTES_PER_SECOND);

            // On a busy machine the CPU may be measured as not much faster than the network.
            for (int attempt = 0;
                    attempt < 3 && (result == null || decided == null || !decided.compresses());
                    attempt++) {
                directory = servers.newPath("c");
                result = run(Clones.request(donor, directory)
                        .donor(new DonorAddress("127.0.0.1", network.port()))
                        .tls(it -> it.withSslMode(SslMode.REQUIRED))
                        .transfer(it -> it.withCompression(AUTO)));
            }

            assertThat(transport).endsWith("compressed with zstd");
            assertThat(decided.compresses()).isTrue();
            assertThat(decided.networkMiBPerSecond())
                    .isBetween(1L, SLOW_BYTES_PER_SECOND / MIB + 1) // a busy machine may be slower
                    .isLessThan(decided.algorithmMiBPerSecond());
            assertThat(result.networkBytes()).as("bytes on the wire").isBetween(1L, result.dataBytes() / 3);
        }
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(content);
        }
    }

    /** Only the connection that measures the network is fast. */
    @Test
    void startsToCompressWhileDataFlows() throws Exception {
        CloneResult result = null;
        List<CloneEvent> events = new CopyOnWriteArrayList<>();
        // On a busy machine even that connection may be measured as slow, and all is compressed from the beginning.
        for (int attempt = 0; attempt < 5 && (result == null || compressesFromTheBeginning(events)); attempt++) {
            events.clear();
            try (FaultyProxy network = FaultyProxy.to(donor.port())) {
                network.slowAllButTheFirst(SLOW_BYTES_PER_SECOND);
                CloneListener listener = new CloneListener() {
                    @Override
                    public void onEvent(CloneEvent event) {
                        events.add(event);
                    }
                };
                CloneRequest request = clearText()
                        .donor(new DonorAddress("127.0.0.1", network.port()))
                        .transfer(it -> it.withCompression(AUTO).withMaxConcurrency(16))
                        .build();
                result = new CloneRecipient(request, listener).run();
            }
        }

        assertThat(compressesFromTheBeginning(events)).isFalse();
        assertThat(events)
                .filteredOn(CloneEvent.CompressionChosen.class::isInstance)
                .first()
                .isInstanceOfSatisfying(CloneEvent.CompressionChosen.class, chosen -> {
                    assertThat(chosen.compresses()).isTrue();
                    assertThat(chosen.compressedMiBPerSecond()).isGreaterThan(chosen.plainMiBPerSecond());
                });
        assertThat(result.networkBytes()).isLessThan(result.dataBytes());
    }

    private static boolean compressesFromTheBeginning(List<CloneEvent> events) {
        return events.stream()
                .anyMatch(event -> event instanceof CloneEvent.CompressionDecided decided && decided.compresses());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zlib,zstd,uncompressed | zstd",
                "zlib,uncompressed      | zlib",
            })
    void doesNotCompressOverAFastNetwork(String permitted, String algorithm) throws Exception {
        donor.sql("SET GLOBAL protocol_compression_algorithms = '" + permitted + "'");
        // At so high a compression level every network of this machine is faster than a CPU.
        Compression hard = new Compression(Compression.Mode.AUTO, Compression.DEFAULT_ALGORITHMS, 12);

        CloneResult result = run(clearText().transfer(it -> it.withCompression(hard)));

        assertThat(transport).isEqualTo("clear text");
        assertThat(decided.compresses()).isFalse();
        assertThat(decided.algorithm()).isEqualTo(algorithm);
        assertThat(decided.networkMiBPerSecond()).isGreaterThan(decided.algorithmMiBPerSecond());
        assertThat(result.networkBytes()).isGreaterThan(result.dataBytes());
    }

    @Test
    void compressesIfTheDonorRequiresIt() throws Exception {
        donor.sql("SET GLOBAL protocol_compression_algorithms = 'zstd'");

        run(clearText().transfer(it -> it.withCompression(AUTO)));

        assertThat(transport).endsWith("compressed with zstd");
        assertThat(decided.compresses()).isTrue();
    }

    @Test
    void doesNotMeasureIfTheDonorCannotCompress() throws InterruptedException {
        donor.sql("SET GLOBAL protocol_compression_algorithms = 'uncompressed'");

        connect(clearText().transfer(it -> it.withCompression(AUTO)));

        assertThat(transport).isEqualTo("clear text");
        assertThat(decided).isNull();
    }

    private CloneRequest.Builder clearText() {
        return Clones.request(donor, servers.newPath("c"))
                .tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true));
    }
}
