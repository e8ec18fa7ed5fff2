package org.jclone.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** InnoDB's descriptors alone, including the locator of a resumed clone. */
class DescriptorFuzzTest {

    /** Code of the response, storage engine, index of the locator. */
    private static final int BEFORE_DESCRIPTOR = 3;

    /** Code of the command, protocol version, DDL settings, storage engine, length. */
    private static final int BEFORE_LOCATOR = 14;

    static Stream<Arguments> seeds() {
        return Stream.concat(
                Seeds.of(BEFORE_DESCRIPTOR, "FromCloneModeDATA_DESC"),
                Seeds.of(BEFORE_LOCATOR, "InCloneModeCOM_INIT", "InCloneModeCOM_REINIT"));
    }

    @MethodSource("seeds")
    @FuzzTest
    void descriptor(byte[] bytes) {
        Fuzz.roundTrip(bytes, CloneDescriptor::decode, CloneDescriptor::encode);
    }
}
