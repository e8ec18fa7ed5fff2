package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class CloneDescriptorTest {

    private static final List<CloneDescriptor> ALL = List.of(
            Locator.forVersion(),
            new TaskDescriptor(100, 1, 0, 0),
            new StateDescriptor(100, SnapshotState.INIT, 1, 0, 0, 0, 0, 0),
            new FileDescriptor(100, SnapshotState.FILE_COPY, 0, 0, 0, 0, 0, 1, 1, 1, 1, "f", Optional.empty()),
            new DataDescriptor(100, SnapshotState.FILE_COPY, 1, 1, 1, 0, 1, 0, 1));

    @Test
    void decodesEveryDescriptorByItsType() {
        for (CloneDescriptor descriptor : ALL) {
            ByteBuf out = Unpooled.buffer();
            descriptor.encode(out);
            assertThat(out.getInt(8)).isEqualTo(descriptor.type().wireCode());
            assertThat(CloneDescriptor.decode(out)).isEqualTo(descriptor);
        }
    }

    @Test
    void passesEachDescriptorToItsMethod() {
        assertThat(ALL.stream().map(descriptor -> descriptor.accept(new TypeOf())))
                .containsExactly(DescriptorType.values());
    }

    @Test
    void rejectsUnknownTypes() {
        assertMalformed(CloneDescriptor::decode, Hex.bytes("00000064 0000000c 00000000"), "type", 8);
        assertMalformed(CloneDescriptor::decode, Hex.bytes("00000064 0000000c 00000006"), "type", 8);
        assertMalformed(CloneDescriptor::decode, Hex.bytes("00000064 0000000c ffffffff"), "type", 8);
    }

    @Test
    void rejectsATruncatedHeader() {
        assertRejectsEveryTruncation(CloneDescriptor::decode, Hex.bytes("00000064 0000000c 00000003"));
    }

    @Test
    void findsStatesAndTypesByTheirCodes() {
        for (SnapshotState state : SnapshotState.values()) {
            assertThat(SnapshotState.byWireCode(state.wireCode())).contains(state);
        }
        assertThat(SnapshotState.byWireCode(6)).isEmpty();
        assertThat(SnapshotState.byWireCode(-1)).isEmpty();
        for (DescriptorType type : DescriptorType.values()) {
            assertThat(DescriptorType.byWireCode(type.wireCode())).contains(type);
        }
        assertThat(DescriptorType.byWireCode(0)).isEmpty();
    }

    private static final class TypeOf implements CloneDescriptor.Handler<DescriptorType> {

        @Override
        public DescriptorType onLocator(Locator locator) {
            return DescriptorType.LOCATOR;
        }

        @Override
        public DescriptorType onTask(TaskDescriptor task) {
            return DescriptorType.TASK;
        }

        @Override
        public DescriptorType onState(StateDescriptor state) {
            return DescriptorType.STATE;
        }

        @Override
        public DescriptorType onFile(FileDescriptor file) {
            return DescriptorType.FILE;
        }

        @Override
        public DescriptorType onData(DataDescriptor data) {
            return DescriptorType.DATA;
        }
    }
}
