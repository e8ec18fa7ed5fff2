package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.recording.RecordingPrinter.Options;
import org.jclone.protocol.recording.RecordingTotals.Count;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Complete conversations of real servers. An independent program counted the totals. */
class RecordedConversationsTest {

    /**
     * Each message of these recordings is in its canonical form. OK packets with session state and error texts that
     * are not UTF-8 would not be restored; the padding of a server's version locator is, because commands keep
     * locators as bytes.
     */
    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "plain-4", "resumed-1", "refused-privilege", "8.0.45-plain-1", "8.0.45-plain-4"})
    void everyMessageEncodesToItsOriginalBytes(String recording) throws IOException {
        ByteBuf encoded = Unpooled.buffer();
        Recordings.read(recording, packet -> {
            encoded.clear();
            packet.message().encode(encoded);
            assertThat(ByteBufUtil.equals(encoded, packet.payload()))
                    .as(() -> "c" + packet.connection() + ' ' + packet.direction() + " #" + packet.number() + ' '
                            + packet.message())
                    .isTrue();
        });
    }

    @Test
    void decodesAWholeClone() throws IOException {
        RecordingTotals totals = totals("plain-1");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < OK                      6             42
                        < RES_COLLATION         286           6296
                        < RES_COMPLETE            8              8
                        < RES_CONFIG              7            241
                        < RES_CONFIG_V3           1             51
                        < RES_CONFIG_V4           1             59
                        < RES_DATA             1226      114967462
                        < RES_DATA_DESC        1248          68857
                        < RES_LOCS                1             44
                        < RES_PLUGIN_V2          42           1045
                        < auth                    3            456
                        < greeting                2            150
                        > COM_ACK                 4            376
                        > COM_CLONE               2              2
                        > COM_EXECUTE             1              1
                        > COM_EXIT                2              2
                        > COM_INIT                1            142
                        > COM_QUIT                2              2
                        > COM_RESET_CONNECTION    2              2
                        > auth                    2            257
                        > handshake               2            362
                        """));
        assertAnnounced(totals, new Count(95, 94034140), new Count(1126, 18448384), new Count(5, 2483712));
        assertThat(totals.leftOver()).isEmpty();
        assertNoProblems(totals);
    }

    @Test
    void decodesAWholeCloneWithWorkers() throws IOException {
        RecordingTotals totals = totals("plain-4");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < OK                     15            105
                        < RES_COLLATION         286           6296
                        < RES_COMPLETE           17             17
                        < RES_CONFIG              7            241
                        < RES_CONFIG_V3           1             51
                        < RES_CONFIG_V4           1             59
                        < RES_DATA             1297      124044781
                        < RES_DATA_DESC        1340          73725
                        < RES_LOCS                4            176
                        < RES_PLUGIN_V2          42           1045
                        < auth                    5             10
                        < greeting                5            375
                        > COM_ACK                 4            376
                        > COM_ATTACH              3            144
                        > COM_CLONE               5              5
                        > COM_EXECUTE             4              4
                        > COM_EXIT                5              5
                        > COM_INIT                1            142
                        > COM_QUIT                5              5
                        > COM_RESET_CONNECTION    5              5
                        > handshake               5            905
                        """));
        assertAnnounced(totals, new Count(103, 103291100), new Count(1190, 19496960), new Count(4, 1255424));
        assertThat(totals.leftOver()).isEmpty();
        assertNoProblems(totals);
    }

    /** Protocol V3 of MySQL 8.0.45: no COM_RES_CONFIG_V4. */
    @Test
    void decodesAWholeCloneOfADonorBefore97() throws IOException {
        RecordingTotals totals = totals("8.0.45-plain-1");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < OK                      6             42
                        < RES_COLLATION         286           6296
                        < RES_COMPLETE            8              8
                        < RES_CONFIG              7            246
                        < RES_CONFIG_V3           1             51
                        < RES_DATA             1233      111917446
                        < RES_DATA_DESC        1255          69242
                        < RES_LOCS                1             44
                        < RES_PLUGIN_V2          42           1057
                        < auth                    3            456
                        < greeting                2            160
                        > COM_ACK                 4            376
                        > COM_CLONE               2              2
                        > COM_EXECUTE             1              1
                        > COM_EXIT                2              2
                        > COM_INIT                1            142
                        > COM_QUIT                2              2
                        > COM_RESET_CONNECTION        2              2
                        > auth                    2            257
                        > handshake               2            366
                        """));
        assertAnnounced(totals, new Count(92, 90920629), new Count(1136, 18612224), new Count(5, 2383360));
        assertThat(totals.leftOver()).isEmpty();
        assertNoProblems(totals);
    }

    @Test
    void decodesAWholeCloneOfADonorBefore97WithWorkers() throws IOException {
        RecordingTotals totals = totals("8.0.45-plain-4");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < OK                     15            105
                        < RES_COLLATION         286           6296
                        < RES_COMPLETE           17             17
                        < RES_CONFIG              7            246
                        < RES_CONFIG_V3           1             51
                        < RES_DATA             1246      119964051
                        < RES_DATA_DESC        1289          70920
                        < RES_LOCS                4            176
                        < RES_PLUGIN_V2          42           1057
                        < auth                    5             10
                        < greeting                5            400
                        > COM_ACK                 4            376
                        > COM_ATTACH              3            144
                        > COM_CLONE               5              5
                        > COM_EXECUTE             4              4
                        > COM_EXIT                5              5
                        > COM_INIT                1            142
                        > COM_QUIT                5              5
                        > COM_RESET_CONNECTION        5              5
                        > handshake               5            915
                        """));
        assertAnnounced(totals, new Count(100, 100144821), new Count(1142, 18710528), new Count(4, 1107456));
        assertThat(totals.leftOver()).isEmpty();
        assertNoProblems(totals);
    }

    /** The proxy broke the first connection inside a packet: only 7936 bytes of that packet arrived. */
    @Test
    void decodesAResumedCloneExceptTheTruncatedPacket() throws IOException {
        RecordingTotals totals = totals("resumed-1");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < OK                     11             77
                        < RES_COLLATION         286           6296
                        < RES_COMPLETE           11             11
                        < RES_CONFIG              7            241
                        < RES_CONFIG_V3           1             51
                        < RES_CONFIG_V4           1             59
                        < RES_DATA             1304      124087796
                        < RES_DATA_DESC        1328          73229
                        < RES_LOCS                2             88
                        < RES_PLUGIN_V2          42           1045
                        < auth                    4              8
                        < greeting                4            300
                        > COM_ACK                 5            484
                        > COM_CLONE               4              4
                        > COM_EXECUTE             2              2
                        > COM_EXIT                3              3
                        > COM_INIT                1            142
                        > COM_QUIT                3              3
                        > COM_REINIT              1             68
                        > COM_RESET_CONNECTION    3              3
                        > handshake               4            724
                        """));
        assertAnnounced(totals, new Count(104, 104372444), new Count(1197, 19611648), new Count(4, 1150976));
        assertThat(totals.leftOver()).isEqualTo(Map.of(1, Map.of(Direction.FROM_DONOR, 7936L)));
        assertNoProblems(totals);
    }

    @Test
    void decodesARejectedLogin() throws IOException {
        RecordingTotals totals = totals("refused-privilege");

        assertThat(describe(totals.byKind())).isEqualTo(counts("""
                        < ERROR                   1             99
                        < OK                      1              7
                        < auth                    1              2
                        < greeting                1             75
                        > COM_CLONE               1              1
                        > COM_QUIT                1              1
                        > handshake               1            181
                        """));
        assertAnnounced(totals, new Count(0, 0), new Count(0, 0), new Count(0, 0));
        assertThat(totals.leftOver()).isEmpty();
        assertNoProblems(totals);
    }

    private static RecordingTotals totals(String recording) throws IOException {
        return RecordingPrinter.print(Recordings.file(recording), new StringBuilder(), Options.defaults());
    }

    private static void assertNoProblems(RecordingTotals totals) {
        assertThat(totals.opaque()).isEmpty();
        assertThat(totals.problems()).isZero();
    }

    private static void assertAnnounced(RecordingTotals totals, Count fileCopy, Count pageCopy, Count redoCopy) {
        assertThat(totals.announced(SnapshotState.FILE_COPY)).isEqualTo(fileCopy);
        assertThat(totals.announced(SnapshotState.PAGE_COPY)).isEqualTo(pageCopy);
        assertThat(totals.announced(SnapshotState.REDO_COPY)).isEqualTo(redoCopy);
    }

    private static String describe(Map<String, Count> byKind) {
        return byKind.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(kind -> kind.getKey()
                        + ' '
                        + kind.getValue().messages()
                        + ' '
                        + kind.getValue().bytes())
                .collect(Collectors.joining("\n"));
    }

    private static String counts(String table) {
        return table.strip().lines().map(line -> line.replaceAll(" +", " ")).collect(Collectors.joining("\n"));
    }
}
