package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.recording.RecordingPrinter.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingPrinterTest {

    @TempDir
    private Path directory;

    @Test
    void printsALinePerMessageAndEvent() throws IOException {
        List<String> lines =
                print("refused-privilege", Options.defaults()).lines().toList();

        assertThat(lines).contains("   483.958 ms  c1  connection opened");
        assertThat(lines.get(1))
                .startsWith("   484.653 ms  c1 < #1     seq=0   len=75       greeting server='9.7.4-2'")
                .endsWith("plugin='caching_sha2_password'");
        assertThat(lines.get(2))
                .startsWith("   484.769 ms  c1 > #1     seq=1   len=181      handshake user='clone_donor'")
                .contains("auth_response=32 bytes '_pid'='7400'");
        assertThat(lines.subList(3, 10))
                .containsExactly(
                        "   484.935 ms  c1 < #2     seq=2   len=2        auth fast authentication succeeded",
                        "   484.935 ms  c1 < #3     seq=3   len=7        OK affected_rows=0 status=0x2 warnings=0",
                        "   484.976 ms  c1 > #2     seq=0   len=1        COM_CLONE",
                        "   485.059 ms  c1 < #4     seq=1   len=99       ERROR 1227 (42000) 'Access denied; you need "
                                + "(at least one of) the BACKUP_ADMIN privilege(s) for this operation'",
                        "   485.293 ms  c1 > #3     seq=0   len=1        COM_QUIT",
                        "   485.488 ms  c1  recipient closed its side",
                        "   485.532 ms  c1  donor closed its side");
    }

    @Test
    void endsWithTotals() throws IOException {
        assertThat(print("refused-privilege", Options.defaults())).endsWith("""
                        Totals (messages, payload bytes):
                          < ERROR                       1             99
                          < OK                          1              7
                          < auth                        1              2
                          < greeting                    1             75
                          > COM_CLONE                   1              1
                          > COM_QUIT                    1              1
                          > handshake                   1            181
                        Data announced: FILE_COPY 0 blocks 0 bytes, PAGE_COPY 0 blocks 0 bytes, REDO_COPY 0 blocks 0 bytes
                        Bytes left over: none
                        Bytes not readable: none
                        Problems: none
                        """);
    }

    @Test
    void explainsTheMessagesOfAClone() throws IOException {
        String text = print("resumed-1", Options.defaults());

        assertThat(text)
                .contains("COM_INIT protocol=0x0103 ddl_timeout=300 no_backup_lock {engine=12 length=128 LOCATOR v100 "
                        + "clone_id=0 snapshot_id=0 index=0 state=NONE metadata_transferred=false}")
                .contains("RES_PLUGIN_V2 'clone' = 'mysql_clone.so'")
                .contains("RES_CONFIG 'innodb_page_size' = '16384'")
                .contains("RES_CONFIG_V4 'json_configs' = '{\"version\":\"9.7.4-2\",\"maturity\":\"LTS\"}'")
                .contains("RES_LOCS protocol=0x0103 {engine=12 length=34 LOCATOR v100 clone_id=5 snapshot_id=6 ")
                .contains("RES_DATA_DESC engine=12 locator_index=0 STATE v100 FILE_COPY task=0 chunks=11 files=11 "
                        + "estimate=103323868 estimate_disk=371673308 START")
                .contains("RES_DATA_DESC engine=12 locator_index=0 TASK v100 task=0 chunk=0 block=0")
                .contains(" name='ib_buffer_pool'")
                .contains("COM_ACK error=1158 {engine=12 length=34 LOCATOR v100 clone_id=5 snapshot_id=6 index=0 "
                        + "state=INIT metadata_transferred=false} no descriptor")
                .contains("state=FILE_COPY metadata_transferred=true incomplete=[4:10] bitmap=[0000000f]}")
                .contains(" PAGE_COPY task=0 chunks=1 files=1197 estimate=0 estimate_disk=0 END ACK")
                .contains("Bytes left over: c1 < 7936");
    }

    @Test
    void countsDataAfterTheFirstMessages() throws IOException {
        String text = print("plain-4", Options.defaults());

        assertThat(text)
                .contains("        ... c5: 1 data messages of FILE_COPY not shown\n")
                .contains("        ... c1: 2301 data messages of PAGE_COPY not shown\n");
        assertThat(lines(text, " len=1048577  RES_DATA ")).isLessThan(5 * 30);
    }

    @Test
    void showsNoDataOrAllDataOnRequest() throws IOException {
        assertThat(lines(print("plain-1", new Options(0, false)), " RES_DATA "))
                .as("totals")
                .isOne();
        String all = print("plain-1", new Options(0, true));
        assertThat(lines(all, "RES_DATA ")).as("data and totals").isEqualTo(1226 + 1);
        assertThat(all).doesNotContain("not shown");
        assertThatIllegalArgumentException().isThrownBy(() -> new Options(-1, false));
    }

    @Test
    void printsProblemsAndTheReasonOfABrokenConnection() throws IOException {
        TeeWriter writer = new TeeWriter()
                .donor(1, 7, out -> ErrPacket.CODEC.encode(new ErrPacket(1040, "", "Too many connections"), out))
                .donor(1, 8, out -> out.writeByte(1))
                .event(1, 'F', "reset by peer");

        StringBuilder out = new StringBuilder();
        RecordingTotals totals = RecordingPrinter.print(writer.writeTo(directory), out, Options.defaults());

        assertThat(out.toString().lines().limit(4))
                .containsExactly(
                        "     1.000 ms  c1 < PROBLEM sequence id: 7 (expected: 0)",
                        "     1.000 ms  c1 < #1     seq=7   len=23       ERROR 1040 'Too many connections'",
                        "     2.000 ms  c1 < PROBLEM message 2 of 1 bytes: unexpected packet: 1 bytes beginning with "
                                + "0x01 (expected: no message from the donor)",
                        "     3.000 ms  c1  donor closed its side: 'reset by peer'");
        assertThat(totals.problems()).isEqualTo(2);
        assertThat(out.toString()).contains("Problems: 2\n");
    }

    @Test
    void doesNotPassControlCharactersToTheTerminal() throws IOException {
        TeeWriter writer = new TeeWriter()
                .donor(
                        1,
                        0,
                        out -> ErrPacket.CODEC.encode(
                                new ErrPacket(1040, "", "\u001b[2J 'quoted' \\ \n \u202e \u00e4 \u0085"), out));
        StringBuilder out = new StringBuilder();

        RecordingPrinter.print(writer.writeTo(directory), out, Options.defaults());

        assertThat(out.toString())
                .contains("ERROR 1040 '\\u001b[2J \\'quoted\\' \\\\ \\u000a \\u202e \u00e4 \\u0085'\n");
    }

    @Test
    void printsTheReadablePartOfADamagedRecording() throws IOException {
        Path file = new TeeWriter()
                .event(1, 'o', "")
                .raw(0, 1, 'x', 0, 0, new byte[0])
                .writeTo(directory);
        StringBuilder out = new StringBuilder();

        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> RecordingPrinter.print(file, out, Options.defaults()));

        assertThat(out.toString())
                .startsWith("     1.000 ms  c1  connection opened\n")
                .contains("Totals (messages");
    }

    @Test
    void passesOnTheFailureOfItsOutput() {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("no space left");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> RecordingPrinter.print(Recordings.file("plain-1"), full, Options.defaults()))
                .withMessage("no space left");
    }

    private static String print(String recording, Options options) throws IOException {
        StringBuilder out = new StringBuilder();
        RecordingPrinter.print(Recordings.file(recording), out, options);
        return out.toString();
    }

    private static long lines(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }
}
