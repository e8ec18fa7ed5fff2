package org.jclone.donor.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Fault scripts are parsed, or refused with line and column. */
class FaultScriptFuzzTest {

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "seed 42\non any at byte random 1m..20m: reset\n",
                        "on worker at every data file_copy number 7: stall 20s # comment",
                        "certificate other-host\non resumed at response locs: refuse 1815 text",
                        "on main at descriptor page-copy: offset 0x10\non main at message: split 3")
                .map(text -> Arguments.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void script(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            assertThat(FaultParser.parse(text, 1))
                    .hasToString(FaultParser.parse(text, 1).toString());
        } catch (FaultSyntaxException e) {
            assertThat(e.line()).isBetween(1, (int) text.lines().count());
            assertThat(e.column()).isPositive();
        }
    }
}
