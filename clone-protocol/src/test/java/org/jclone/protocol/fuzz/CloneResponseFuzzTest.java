package org.jclone.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.clone.response.CloneResponse;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All messages of a donor in clone mode. */
class CloneResponseFuzzTest {

    static Stream<Arguments> seeds() {
        return Seeds.of(0, "FromCloneMode");
    }

    @MethodSource("seeds")
    @FuzzTest
    void response(byte[] bytes) {
        Fuzz.roundTrip(bytes, CloneResponse::decode, CloneResponse::encode);
    }
}
