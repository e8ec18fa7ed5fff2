package org.jclone.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Readable golden bytes: hex digits in a text block, where {@code #} starts a comment. */
public final class Hex {

    private Hex() {}

    /**
     * Parses words of hex digits. {@code 00*23} stands for 23 zero bytes; spaces, line ends and everything from
     * {@code #} to the end of a line are ignored.
     */
    public static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : text.split("\n")) {
            for (String word : line.replaceFirst("#.*", "").trim().split("\\s+")) {
                String[] digitsAndTimes = word.split("\\*", 2);
                int times = digitsAndTimes.length == 1 ? 1 : Integer.parseInt(digitsAndTimes[1]);
                out.writeBytes(HexFormat.of().parseHex(digitsAndTimes[0].repeat(times)));
            }
        }
        return out.toByteArray();
    }

    /** Returns the readable bytes as lower-case hex digits, without reading them. */
    public static String dump(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    /** Does the same for an array, to compare with {@link #dump(ByteBuf)}. */
    public static String dump(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
