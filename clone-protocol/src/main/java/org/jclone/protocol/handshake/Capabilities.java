package org.jclone.protocol.handshake;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A set of {@link Capability} flags, as both sides send it.
 *
 * @param bits u32
 */
public record Capabilities(long bits) {

    public static final Capabilities NONE = new Capabilities(0);

    public Capabilities {
        requireU32("capabilities", bits);
    }

    /** As a record's own, which the JVM would have to compile at the start of a short clone. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Capabilities capabilities && bits == capabilities.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    public static Capabilities of(Capability... capabilities) {
        return new Capabilities(
                Arrays.stream(capabilities).mapToLong(Capability::bit).reduce(0, (all, bit) -> all | bit));
    }

    public boolean has(Capability capability) {
        return (bits & capability.bit()) != 0;
    }

    public Capabilities with(Capability capability) {
        return new Capabilities(bits | capability.bit());
    }

    public Capabilities without(Capability capability) {
        return new Capabilities(bits & ~capability.bit());
    }

    /** Returns the flags that both sets contain. */
    public Capabilities and(Capabilities other) {
        return new Capabilities(bits & other.bits);
    }

    @Override
    public String toString() {
        return Arrays.stream(Capability.values())
                .filter(this::has)
                .map(Capability::name)
                .collect(Collectors.joining("|", String.format("0x%08x ", bits), ""));
    }
}
