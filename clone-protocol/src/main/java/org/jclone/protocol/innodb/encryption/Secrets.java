package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Overwrites secrets so that they do not remain in memory. */
public final class Secrets {

    private Secrets() {}

    /** Overwrites each of {@code secrets} with zeros. */
    public static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Overwrites {@code length} bytes of {@code buffer} from the absolute index {@code from}. */
    public static void wipe(ByteBuffer buffer, int from, int length) {
        for (int at = from; at < from + length; at++) {
            buffer.put(at, (byte) 0);
        }
    }
}
