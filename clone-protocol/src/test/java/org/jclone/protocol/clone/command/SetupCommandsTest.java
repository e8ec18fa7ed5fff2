package org.jclone.protocol.clone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;
import static org.jclone.protocol.GoldenBytes.assertRejectsTrailingByte;
import static org.jclone.protocol.GoldenBytes.payload;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.ProtocolVersion;
import org.jclone.protocol.innodb.descriptor.IncompleteChunk;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class SetupCommandsTest {

    private static final int V4 = ProtocolVersion.V4.wireCode();
    private static final DdlSettings NO_LOCK = new DdlSettings(300, false);

    private static final byte[] INIT = payload(Hex.bytes("""
            30 00 00 00                                   # length 48, sequence id 0
            01  03 01 00 00  2c 01 00 80                  # COM_INIT, V4, 300 s without lock
            0c  22 00 00 00                               # InnoDB, 34
            00 00 00 64 00 00 00 22 00 00 00 01 00*22     # version locator
            """));

    private static final byte[] REINIT = payload(Hex.bytes("""
            44 00 00 00  03  03 01 00 00  2c 01 00 80  0c 36 00 00 00
            00 00 00 64 00 00 00 36 00 00 00 01  00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02
            00 00 00 00  02  01                                          # FILE_COPY, all metadata
            00 00 00 01  00 00 00 05 00 00 00 21   00 00 00 01  00 00 00 1f
            """));

    @Test
    void encodesAndDecodesInit() {
        assertEncodesAndDecodes(
                InitCommand.CODEC,
                new InitCommand(V4, NO_LOCK, List.of(LocatorEntry.innodb(Locator.forVersion()))),
                INIT);
    }

    @Test
    void preservesThePaddingOfAServersLocator() {
        byte[] padded = payload(Hex.bytes("""
                8e 00 00 00  01  03 01 00 00  2c 01 00 80  0c 80 00 00 00
                00 00 00 64 00 00 00 22 00 00 00 01 00*22 00*94
                """));
        byte[] locator = Arrays.copyOfRange(padded, padded.length - 128, padded.length);
        InitCommand init = new InitCommand(V4, NO_LOCK, List.of(new LocatorEntry(12, Bytes.of(locator))));

        assertEncodesAndDecodes(InitCommand.CODEC, init, padded);
        assertThat(init.locators().get(0).innodbLocator()).isEqualTo(Locator.forVersion());
    }

    @Test
    void encodesAndDecodesAttach() {
        Locator locator = new Locator(100, 3, 4, 0, SnapshotState.INIT, false, Optional.empty());

        assertEncodesAndDecodes(
                AttachCommand.CODEC,
                new AttachCommand(V4, new DdlSettings(0, true), List.of(LocatorEntry.innodb(locator))),
                Hex.bytes("""
                        02 03010000 00000000 0c 22000000
                        00000064 00000022 00000001 0000000000000003 0000000000000004 00000000 01 00
                        """));
    }

    @Test
    void encodesAndDecodesReinitWithTheRecipientsProgress() {
        RestartProgress progress = new RestartProgress(
                List.of(new IncompleteChunk(5, 33)), RestartProgress.bitmapWords(8, chunk -> chunk <= 5));
        Locator locator = new Locator(100, 1, 2, 0, SnapshotState.FILE_COPY, true, Optional.of(progress));

        assertEncodesAndDecodes(
                ReinitCommand.CODEC, new ReinitCommand(V4, NO_LOCK, List.of(LocatorEntry.innodb(locator))), REINIT);
    }

    @Test
    void decodesNoEntriesAndEmptyOnes() {
        assertDecodes(
                InitCommand.CODEC::decode, Hex.bytes("01 03010000 2c010080"), new InitCommand(V4, NO_LOCK, List.of()));
        assertDecodes(
                InitCommand.CODEC::decode,
                Hex.bytes("01 03010000 2c010080 0c 00000000"),
                new InitCommand(V4, NO_LOCK, List.of(new LocatorEntry(12, Bytes.EMPTY))));
    }

    @Test
    void decodesSeveralEntriesInOrder() {
        assertDecodes(
                InitCommand.CODEC::decode,
                Hex.bytes("01 00010000 ffffffff 2a 01000000 aa ff 02000000 bbcc"),
                new InitCommand(
                        0x0100,
                        new DdlSettings(DdlSettings.MAX_TIMEOUT_SECONDS, false),
                        List.of(new LocatorEntry(0x2a, bytes(0xaa)), new LocatorEntry(0xff, bytes(0xbb, 0xcc)))));
    }

    @Test
    void rejectsEveryTruncationExceptTheOneWithoutEntries() {
        assertRejectsEveryTruncation(InitCommand.CODEC::decode, Arrays.copyOf(INIT, 9 - 1));
        IntStream.range(10, INIT.length)
                .forEach(length -> assertMalformed(
                        InitCommand.CODEC::decode,
                        Arrays.copyOf(INIT, length),
                        length < 14 ? "locatorLength" : "locator",
                        length < 14 ? 10 : 14));
    }

    @Test
    void rejectsTrailingBytes() {
        assertRejectsTrailingByte(InitCommand.CODEC::decode, INIT);
        assertRejectsTrailingByte(ReinitCommand.CODEC::decode, REINIT);
    }

    @Test
    void rejectsMoreEntriesThanAnIndexCanAddress() {
        byte[] most = Arrays.copyOf(INIT, 9 + 5 * LocatorEntry.MAX_ENTRIES);
        Arrays.fill(most, 9, most.length, (byte) 0);
        assertThat(InitCommand.CODEC.decode(Unpooled.wrappedBuffer(most)).locators())
                .hasSize(LocatorEntry.MAX_ENTRIES);

        byte[] tooMany = Arrays.copyOf(most, most.length + 5);
        assertMalformed(InitCommand.CODEC::decode, tooMany, "locators", most.length);
    }

    @Test
    void rejectsAVersionAboveTheSignedRange() {
        assertMalformed(InitCommand.CODEC::decode, Hex.bytes("01 00000080 00000000"), "protocolVersion", 1);
    }

    @Test
    void rejectsTheCodeOfAnotherCommand() {
        assertMalformed(AttachCommand.CODEC::decode, INIT, "code", 0);
    }

    @Test
    void separatesTimeoutAndLock() {
        assertEncodes(new DdlSettings(0, true)::writeTo, Hex.bytes("00000000"));
        assertEncodes(new DdlSettings(0, false)::writeTo, Hex.bytes("00000080"));
        assertEncodes(new DdlSettings(0x7fff_ffffL, true)::writeTo, Hex.bytes("ffffff7f"));
        assertThatIllegalArgumentException().isThrownBy(() -> new DdlSettings(1L << 31, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new DdlSettings(-1, true));
    }

    @Test
    void decodesOnlyInnodbLocators() {
        assertMalformed(
                in -> new LocatorEntry(13, Bytes.read(in, in.readableBytes())).innodbLocator(),
                new byte[34],
                "storageEngine",
                0);
    }

    private static Bytes bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Bytes.of(bytes);
    }
}
