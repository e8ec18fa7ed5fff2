package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Writes a {@link Keyring} in the component's format. Never turns keys into strings, which cannot be wiped. */
final class KeyringWriter {

    private static final int FIXED_BYTES = 128;
    private static final int MAX_BYTES_PER_CHAR = 6;
    private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private KeyringWriter() {}

    static byte[] write(List<KeyringEntry> entries) {
        ByteBuffer out = ByteBuffer.allocate(capacity(entries));
        try {
            put(out, "{\"version\":\"1.0\",\"elements\":[");
            String separator = "";
            for (KeyringEntry entry : entries) {
                put(
                        out,
                        separator + "{\"user\":" + quoted(entry.user()) + ",\"data_id\":" + quoted(entry.dataId())
                                + ",\"data_type\":" + quoted(entry.dataType()) + ",\"data\":\"");
                putHex(out, entry);
                put(out, "\",\"extension\":[]}");
                separator = ",";
            }
            put(out, "]}");
            return Arrays.copyOf(out.array(), out.position());
        } finally {
            Secrets.wipe(out.array());
        }
    }

    private static int capacity(List<KeyringEntry> entries) {
        int capacity = FIXED_BYTES;
        for (KeyringEntry entry : entries) {
            int chars = entry.user().length()
                    + entry.dataId().length()
                    + entry.dataType().length();
            capacity += FIXED_BYTES + MAX_BYTES_PER_CHAR * chars + 2 * entry.dataLength();
        }
        return capacity;
    }

    private static void putHex(ByteBuffer out, KeyringEntry entry) {
        byte[] data = entry.data();
        for (byte value : data) {
            out.put(DIGITS[value >> 4 & 0xf]).put(DIGITS[value & 0xf]);
        }
        Secrets.wipe(data);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ') {
                out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }

    private static void put(ByteBuffer out, String text) {
        out.put(text.getBytes(StandardCharsets.UTF_8));
    }
}
