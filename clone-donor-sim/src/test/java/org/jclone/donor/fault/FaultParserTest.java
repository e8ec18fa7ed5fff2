package org.jclone.donor.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fault scripts as text. */
class FaultParserTest {

    private static FaultScript parse(String... lines) throws FaultSyntaxException {
        return FaultParser.parse(String.join("\n", lines), 4711);
    }

    @Test
    void parsesTheWholeLanguage() throws FaultSyntaxException {
        FaultScript script = parse(
                "# a bad network",
                "#no blank needed",
                "",
                "seed 42",
                "certificate other-host",
                "on any at byte 64k: close   # within a packet",
                "on main at end file_copy: reset",
                "ON Connection 2 AT Message 17: STALL 30s",
                "on resumed at response locs: refuse 1815 no clone # 7 here #x",
                "on worker at every data page-copy: flip-data-bit",
                "on aux at response COMPLETE number 2: silent",
                "on main at file file_copy number 3: file-name ../#evil : x",
                "on main at descriptor redo_copy: offset 0x1000000000",
                "on any at every message: split 3",
                "on main at during file_copy: restart");

        assertThat(script.toString())
                .startsWith("seed 42: certificate OTHER_HOST; on any connection at byte 65536: close; ")
                .contains("on main connection at end of FILE_COPY: reset")
                .contains("on connection 2 at message 17: stall for PT30S")
                .contains("on RESUMED connection at response LOCS: refuse with 1815")
                .contains("on WORKER connection at each data of PAGE_COPY: a bit of the data flipped with seed")
                .contains("on AUX connection at response COMPLETE no. 2: stall for PT24H")
                .contains("on main connection at file of FILE_COPY no. 3: file name ")
                .contains("on main connection at data descriptor of REDO_COPY: field at 36 = 68719476736")
                .contains("on any connection at each a message: split into 3 with seed")
                .endsWith("restart");
        assertThat(script.faults()).hasSize(10);
        assertThat(script.certificate()).contains(CertificateFault.OTHER_HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "close",
                "reset",
                "stall 500ms",
                "stall 5m",
                "silent",
                "drip",
                "split 9",
                "restart",
                "drop",
                "drop-block",
                "repeat",
                "keep-alives 1000",
                "refuse 3634",
                "refuse 3634 try later",
                "sequence-id 255",
                "length 0xffffff",
                "flip-bit",
                "flip-data-bit",
                "response-code 42",
                "version 101",
                "type 9",
                "descriptor-length 45",
                "state 6",
                "estimate 16t",
                "file-name /etc/passwd",
                "file-index 0xffffffff",
                "offset 15t",
                "data-length 0",
                "file-size 1g",
                "field 36 0xffffffff",
                "flip-bit # and a comment"
            })
    void knowsAction(String action) throws FaultSyntaxException {
        FaultScript script = parse("on any at message 1: " + action);
        assertThat(script.faults()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "of any at message 1: close         | 1  | \"of\" (expected: on, certificate, or seed)",
                "on all at message 1: close         | 4  | \"all\" (expected: any, main",
                "on                                 | 3  | the line ends (expected: any, main",
                "on any in message 1: close         | 8  | \"in\" (expected: \"at\")",
                "on any at packet 1: close          | 11 | \"packet\" (expected: message, byte",
                "on any at message x: close         | 19 | x is not a number (expected: message)",
                "on any at message 0: close         | 19 | message: 0 (expected: 1 to",
                "on any at message random 3: close  | 26 | 3 is not a range",
                "on any at message random 9..3: close | 26 | message: 3 (expected: 9 to",
                "on any at byte 99999999t: close    | 16 | byte: 99999999t (expected: 0 to",
                "on any at end copy: close          | 15 | \"copy\" is not a state (expected: none, init, file_copy",
                "on any at response ok: close       | 20 | \"ok\" is not a response (expected: locs",
                "on any at message 1 close          | 21 | \"close\" (expected: \":\")",
                "on any at message 1: explode       | 22 | \"explode\" is not an action",
                "on any at message 1:               | 21 | the line ends (expected: an action)",
                "on any at message 1: stall 3h      | 28 | 3h is not a duration",
                "on any at message 1: split 1       | 28 | pieces: 1 (expected: 2 to",
                "on any at message 1: close now     | 28 | \"now\" (expected: the end of the line)",
                "on any at message 1: file-name     | 31 | the line ends (expected: a file name)",
                "certificate forged                 | 13 | \"forged\" is not a certificate (expected: other_host",
                "seed abc                           | 6  | abc is not a number (expected: seed)"
            })
    void saysWhereAndWhatIsWrong(String line, int column, String problem) {
        assertThatExceptionOfType(FaultSyntaxException.class)
                .isThrownBy(() -> parse("# first", line.stripTrailing()))
                .withMessageStartingWith("line 2, column " + column + ": " + problem)
                .matches(e -> e.line() == 2 && e.column() == column);
    }

    @Test
    void refusesASeedAfterFaults() {
        assertThatExceptionOfType(FaultSyntaxException.class)
                .isThrownBy(() -> parse("on any at message 1: close", "seed 3"))
                .withMessageContaining("the seed must precede the faults");
    }

    @Test
    void drawsRandomValuesFromTheSeed() throws FaultSyntaxException {
        String fault = "on connection random 1..4 at byte random 0..1m: flip-bit";
        assertThat(parse("seed 1", fault)).hasToString(parse("seed 1", fault).toString());
        assertThat(parse("seed 1", fault).toString())
                .isNotEqualTo(parse("seed 2", fault).toString());
        assertThat(parse(fault).toString()).startsWith("seed 4711: ");
    }

    @Test
    void parsesAnEmptyScriptAsNoFaults() throws FaultSyntaxException {
        assertThat(FaultScript.parse("\n# nothing\n").isEmpty()).isTrue();
    }
}
