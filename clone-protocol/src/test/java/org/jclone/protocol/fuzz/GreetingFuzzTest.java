package org.jclone.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.handshake.HandshakeV10;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The first packet of a connection. */
class GreetingFuzzTest {

    static Stream<Arguments> seeds() {
        return Seeds.of(0, "Greeting");
    }

    @MethodSource("seeds")
    @FuzzTest
    void greeting(byte[] bytes) {
        Fuzz.roundTrip(bytes, HandshakeV10.CODEC);
    }
}
