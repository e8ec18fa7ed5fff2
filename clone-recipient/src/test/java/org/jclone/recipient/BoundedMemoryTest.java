package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.any;
import static org.jclone.donor.fault.Connections.main;
import static org.jclone.donor.fault.Connections.number;
import static org.jclone.donor.fault.Moment.dataDescriptor;
import static org.jclone.donor.fault.Moment.file;
import static org.jclone.donor.fault.Moment.message;
import static org.jclone.donor.fault.Moment.response;
import static org.jclone.donor.fault.Moment.stateEnd;
import static org.jclone.donor.fault.Moment.stateStart;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.SmallRecipient.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A donor claims 4 GiB in each length field, and sends much data that need not be kept. A process with the launcher's
 * heap refuses it, or clones normally.
 */
class BoundedMemoryTest {

    private static final int ALL_ONES = -1;
    private static final int MAX_PAYLOAD = 0xff_ffff;
    private static final int MIB = 1 << 20;
    private static final int NAME_LENGTH = 58;

    /** Limit for buffers: each of four connections has one of 1 MiB, and Netty keeps its receive buffers. */
    private static final long MAX_DIRECT = 32L * MIB;

    private static final Set<String> REFUSED = Set.of("PROTOCOL", "DAMAGED", "DISK_FULL", "STORAGE");

    private static final MadeData DATA = MadeData.builder(13)
            .systemTablespace(64 << 10)
            .table("t/a", MIB)
            .modify("t/a", 0, 1, 2)
            .build();

    @TempDir
    static Path logs;

    private static SmallRecipient recipient;
    private static int made;

    @TempDir
    Path parent;

    @BeforeAll
    static void start() throws IOException {
        recipient = new SmallRecipient(logs.resolve("log"));
    }

    @AfterAll
    static void stop() throws IOException {
        recipient.close();
        Figures.print("lengths of up to 4 GiB claimed, floods of 64 MiB and more; -Xmx128m", made);
    }

    static Stream<Arguments> packets() {
        return Stream.of(
                        fault(number(1), message(1), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(number(1), message(2), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(number(1), message(3), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(number(2), message(1), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), response(CloneResponseCode.LOCS), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), response(CloneResponseCode.COLLATION), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), stateStart(FILE_COPY), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), file(FILE_COPY), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.payloadLength(MAX_PAYLOAD)),
                        fault(main(), Moment.data(FILE_COPY), Rewrite.payloadLength(MAX_PAYLOAD)))
                .map(Arguments::of);
    }

    /** Returns the offset of the u32 before a string, or before a locator behind protocol version and engine. */
    static Stream<Arguments> strings() {
        return Stream.of(
                        fault(main(), response(CloneResponseCode.COLLATION), length(1)),
                        fault(main(), response(CloneResponseCode.CONFIG), length(1)),
                        fault(main(), response(CloneResponseCode.CONFIG_V4), length(1)),
                        fault(main(), response(CloneResponseCode.PLUGIN_V2), length(1)),
                        fault(main(), response(CloneResponseCode.LOCS), length(6)),
                        fault(main(), response(CloneResponseCode.LOCS), length(14)),
                        fault(number(1), message(1), lenenc(5)),
                        fault(number(1), message(2), lenenc(1)))
                .map(Arguments::of);
    }

    static Stream<Arguments> descriptors() {
        return Stream.of(
                        fault(main(), stateStart(FILE_COPY), Rewrite.descriptorField(4, ALL_ONES)),
                        fault(main(), stateStart(FILE_COPY), Rewrite.descriptorField(20, ALL_ONES)),
                        fault(main(), stateStart(FILE_COPY), Rewrite.descriptorField(24, ALL_ONES)),
                        fault(main(), stateStart(PAGE_COPY), Rewrite.descriptorField(20, ALL_ONES)),
                        fault(main(), stateStart(FILE_COPY), Rewrite.descriptorLong(28, Long.MAX_VALUE)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorField(4, ALL_ONES)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorLong(16, Long.MAX_VALUE)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorField(46, ALL_ONES)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorField(54, ALL_ONES)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorField(NAME_LENGTH, ALL_ONES)),
                        fault(main(), file(FILE_COPY), Rewrite.descriptorField(NAME_LENGTH, Integer.MAX_VALUE)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.descriptorField(4, ALL_ONES)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.descriptorField(20, ALL_ONES)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.descriptorField(24, ALL_ONES)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.descriptorField(28, ALL_ONES)),
                        fault(main(), dataDescriptor(FILE_COPY), Rewrite.descriptorField(32, ALL_ONES)),
                        fault(any(), dataDescriptor(PAGE_COPY), Rewrite.descriptorLong(36, Long.MAX_VALUE)),
                        fault(any(), dataDescriptor(PAGE_COPY), Rewrite.descriptorLong(44, Long.MAX_VALUE)))
                .map(Arguments::of);
    }

    static Stream<Arguments> floods() {
        CloneResponse large = new CollationResponse("x".repeat(MIB - 16));
        StateDescriptor end = new StateDescriptor(100, FILE_COPY, 0, 2, 2, 0, 0, 0);
        StateDescriptor keepAlive = new StateDescriptor(100, FILE_COPY, 0, 0, 0, 0, 0, 3);
        return Stream.of(
                        fault(main(), response(CloneResponseCode.COLLATION), Action.precede(large, 200)),
                        fault(main(), stateEnd(FILE_COPY), Action.precede(many(200_000, i -> end), 1)),
                        fault(main(), dataDescriptor(FILE_COPY), Action.precede(many(500_000, i -> keepAlive), 1)),
                        fault(
                                main(),
                                stateEnd(FILE_COPY),
                                Action.precede(many(200_000, BoundedMemoryTest::further), 1)),
                        fault(main(), dataDescriptor(FILE_COPY), Action.precede(smallBlocks(300_000), 1)),
                        FaultScript.of(
                                Fault.on(main()).at(file(FILE_COPY).nth(2)).then(Rewrite.descriptorLong(16, 1L << 40)),
                                Fault.on(main()).at(dataDescriptor(FILE_COPY)).then(Action.precede(hugeBlock(6), 1))))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource({"packets", "strings", "descriptors", "floods"})
    void isBounded(FaultScript faults) throws IOException {
        assertBounded(faults, false);
    }

    /** Data that repeats one byte compresses to a thousandth. */
    @ParameterizedTest
    @MethodSource("floods")
    void isBoundedOverACompressedConnection(FaultScript faults) throws IOException {
        assertBounded(faults, true);
    }

    private void assertBounded(FaultScript faults, boolean compressed) throws IOException {
        try (CloneRig rig = CloneRig.of(
                parent, DATA, config -> config.faults(faults).compression(List.of(CompressionAlgorithm.ZLIB)))) {
            Outcome outcome = recipient.clone(rig.donor().port(), rig.target(), compressed);
            made++;
            assertThat(rig.donor().faultsMade()).isPositive();
            assertThat(outcome.message()).doesNotContain("OutOfMemory");
            assertThat(outcome.directBytes()).isLessThan(MAX_DIRECT);
            if (outcome.code().equals("WHOLE")) {
                FinalState.assertIdentical(DATA, rig.target());
            } else {
                assertThat(REFUSED).as("%s", outcome).contains(outcome.code());
            }
        }
    }

    private static FaultScript fault(Connections connections, Moment moment, Action action) {
        return FaultScript.of(Fault.on(connections).at(moment).then(action));
    }

    private static Action length(int offset) {
        return Rewrite.payload("4 GiB at " + offset, payload -> {
            Unpooled.wrappedBuffer(payload).setIntLE(offset, ALL_ONES);
            return payload;
        });
    }

    private static Action lenenc(int offset) {
        return Rewrite.payload("a length-encoded 4 GiB at " + offset, payload -> {
            ByteBuf changed = Unpooled.wrappedBuffer(payload);
            changed.setByte(offset, 0xfc); // the longest value that ends within the shortest packet
            return payload;
        });
    }

    private interface Descriptors {
        CloneDescriptor number(int index);
    }

    private static Bytes many(int count, Descriptors descriptors) {
        ByteBuf out = Unpooled.buffer();
        IntStream.range(0, count).forEach(i -> packet(out, DataDescriptorResponse.innodb(descriptors.number(i))));
        return Bytes.read(out, out.readableBytes());
    }

    private static void packet(ByteBuf out, CloneResponse response) {
        int header = out.writerIndex();
        out.writeZero(4);
        response.encode(out);
        out.setMediumLE(header, out.writerIndex() - header - 4);
    }

    private static FileDescriptor further(int number) {
        int index = number + 2; // behind the existing ones
        return new FileDescriptor(
                100,
                FILE_COPY,
                65536,
                65536,
                0x4021,
                4096,
                0,
                7 + index,
                index,
                1,
                1,
                "./t/f" + index,
                Optional.empty());
    }

    /** Blocks of one byte each, alternating between two chunks. */
    private static Bytes smallBlocks(int count) {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            packet(
                    out,
                    DataDescriptorResponse.innodb(
                            new DataDescriptor(100, FILE_COPY, 0, 1 + i % 2, 1 + i, 1, 1, i % MIB, MIB)));
            out.writeMediumLE(2)
                    .writeByte(0)
                    .writeByte(CloneResponseCode.DATA.wireCode())
                    .writeByte(0);
        }
        return Bytes.read(out, out.readableBytes());
    }

    /** The start of a block of 4 GiB. */
    private static Bytes hugeBlock(int packets) {
        ByteBuf out = Unpooled.buffer();
        packet(
                out,
                DataDescriptorResponse.innodb(
                        new DataDescriptor(100, FILE_COPY, 0, 2, 1, 1, 0xffff_ffffL, 0, 1L << 40)));
        for (int i = 0; i < packets; i++) {
            out.writeMediumLE(MAX_PAYLOAD).writeByte(i).writeZero(MAX_PAYLOAD);
            if (i == 0) {
                out.setByte(out.writerIndex() - MAX_PAYLOAD, CloneResponseCode.DATA.wireCode());
            }
        }
        return Bytes.read(out, out.readableBytes());
    }
}
