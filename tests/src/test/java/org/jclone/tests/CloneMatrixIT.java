package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.PageSize;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clones every data set that needs no keyring while clients write to the donor, and starts a server on the result. By
 * default it runs a selection, with {@code -Djclone.test.full=true} every combination.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CloneMatrixIT {

    /** Slow enough for a few thousand transactions during the clone. */
    private static final BandwidthLimits TWO_SECONDS_OF_COPYING = new BandwidthLimits(180, 0);

    /** Everything except what changes during the clone, or because outside tablespaces were moved inside. */
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn", "--relocated"};

    private final Servers servers;
    private final Map<PageSize, String> fingerprints = new EnumMap<>(PageSize.class);

    CloneMatrixIT(Servers servers) {
        this.servers = servers;
    }

    record Variant(PageSize pageSize, int connections, SslMode sslMode) {}

    static Stream<Variant> variants() {
        if (!Boolean.getBoolean("jclone.test.full")) {
            return Stream.of(
                    new Variant(PageSize.KIB_16, 16, SslMode.REQUIRED),
                    new Variant(PageSize.KIB_4, 4, SslMode.DISABLED),
                    new Variant(PageSize.KIB_64, 1, SslMode.REQUIRED));
        }
        return Arrays.stream(PageSize.values())
                .flatMap(pageSize -> IntStream.of(1, 4, 16)
                        .boxed()
                        .flatMap(connections -> Stream.of(SslMode.DISABLED, SslMode.REQUIRED)
                                .map(sslMode -> new Variant(pageSize, connections, sslMode))));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void clonesEveryKindOfDataDuringWrites(Variant variant) throws Exception {
        MySqlServer donor = servers.donor(variant.pageSize());
        String expected = fingerprints.computeIfAbsent(variant.pageSize(), size -> donor.fingerprint(COMPARED));
        long transactionsBeside =
                GtidSet.parse(gtidExecuted(donor)).count() - Churn.state(donor).transfers();
        Path directory = servers.newPath("c");
        CloneRequest.Builder request = Clones.request(donor, directory)
                .tls(it -> it.withSslMode(variant.sslMode()).withGetServerPublicKey(true))
                .transfer(it -> it.withMaxConcurrency(variant.connections())
                        .withAutotuneConcurrency(false)
                        .withBandwidthLimits(TWO_SECONDS_OF_COPYING));

        CloneResult result = Churn.during(donor, () -> Clones.run(request));

        assertThat(result.maxConnections()).isEqualTo(variant.connections());

        try (MySqlServer clone = servers.create(
                "--data",
                directory.toString(),
                "--gtid",
                "--page-size",
                variant.pageSize().option())) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(clone.check()).startsWith("checked");
            assertOneConsistentMoment(donor, clone, transactionsBeside);
            assertCloneTables(donor, clone, result);
        }
    }

    /** Asserts that the clone has every transfer up to one moment, and reports the coordinates of that moment. */
    private static void assertOneConsistentMoment(MySqlServer donor, MySqlServer clone, long transactionsBeside) {
        Churn.State state = Churn.state(clone);
        assertThat(state.bad()).isZero();
        String executed = gtidExecuted(clone);
        assertThat(GtidSet.parse(executed).count()).isEqualTo(transactionsBeside + state.transfers());

        List<String> status = clone.row("SELECT binlog_file, binlog_position, REPLACE(gtid_executed, '\n', '')"
                + " FROM performance_schema.clone_status");
        assertThat(status.get(2)).isEqualTo(executed);
        List<String> next =
                donor.row("SHOW BINLOG EVENTS IN '%s' FROM %s LIMIT 1".formatted(status.get(0), status.get(1)));
        assertThat(next.get(2)).isEqualTo("Gtid");
        assertThat(next.get(5)).contains(":" + (GtidSet.parse(executed).last() + 1) + "'");
    }

    private static void assertCloneTables(MySqlServer donor, MySqlServer clone, CloneResult result) {
        assertThat(clone.row("SELECT state, source, destination, error_no, error_message, begin_time <= end_time"
                        + " FROM performance_schema.clone_status"))
                .containsExactly("Completed", "127.0.0.1:" + donor.port(), "LOCAL INSTANCE", "0", "", "1");
        assertThat(clone.sql("SELECT stage, state FROM performance_schema.clone_progress ORDER BY begin_time, id")
                        .lines())
                .allMatch(row -> row.endsWith("\tCompleted"))
                .hasSize(CloneStage.values().length + 2);
        for (CloneStage stage : List.of(CloneStage.FILE_COPY, CloneStage.PAGE_COPY, CloneStage.REDO_COPY)) {
            List<String> row = clone.row("SELECT data, network, threads, begin_time <= end_time"
                    + " FROM performance_schema.clone_progress WHERE stage = '" + stage.displayName() + "'");
            long data = result.stages().get(stage.ordinal()).dataBytes();
            long network = result.stages().get(stage.ordinal()).networkBytes();
            assertThat(data).isPositive();
            assertThat(network).isGreaterThan(data);
            assertThat(row)
                    .containsExactly(
                            Long.toString(data),
                            Long.toString(network),
                            Integer.toString(
                                    result.stages().get(stage.ordinal()).connections()),
                            "1");
        }
    }

    private static String gtidExecuted(MySqlServer server) {
        return server.sql("SELECT REPLACE(@@GLOBAL.gtid_executed, '\n', '')");
    }
}
