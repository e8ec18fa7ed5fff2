package org.jclone.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.clone.command.CloneCommand;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All messages of a recipient in clone mode. */
class CloneCommandFuzzTest {

    static Stream<Arguments> seeds() {
        return Seeds.of(0, "InCloneMode");
    }

    @MethodSource("seeds")
    @FuzzTest
    void command(byte[] bytes) {
        Fuzz.roundTrip(bytes, CloneCommand::decode, CloneCommand::encode);
    }
}
