package org.jclone.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable byte sequence with value semantics, for records. */
public final class Bytes {

    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Copies {@code value}. */
    public static Bytes of(byte... value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /** Copies the next {@code length} bytes of {@code in} and advances its reader index. */
    public static Bytes read(ByteBuf in, int length) {
        if (length == 0) {
            return EMPTY;
        }
        byte[] value = new byte[length];
        in.readBytes(value);
        return new Bytes(value);
    }

    public int length() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    public byte get(int index) {
        return value[index];
    }

    public byte[] toByteArray() {
        return value.clone();
    }

    /** Returns the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
    public Bytes slice(int from, int to) {
        return from == 0 && to == value.length ? this : new Bytes(Arrays.copyOfRange(value, from, to));
    }

    /** Returns these bytes followed by those of {@code other}. */
    public Bytes concat(Bytes other) {
        byte[] both = Arrays.copyOf(value, value.length + other.value.length);
        System.arraycopy(other.value, 0, both, value.length, other.value.length);
        return new Bytes(both);
    }

    public void writeTo(ByteBuf out) {
        out.writeBytes(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
