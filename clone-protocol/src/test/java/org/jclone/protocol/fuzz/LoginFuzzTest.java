package org.jclone.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.SslRequest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of a client in the connection phase. */
class LoginFuzzTest {

    static Stream<Arguments> seeds() {
        return Seeds.of(0, "Login");
    }

    @MethodSource("seeds")
    @FuzzTest
    void login(byte[] bytes) {
        Fuzz.roundTrip(bytes, HandshakeResponse41.CODEC);
        Fuzz.roundTrip(bytes, SslRequest.CODEC);
    }
}
