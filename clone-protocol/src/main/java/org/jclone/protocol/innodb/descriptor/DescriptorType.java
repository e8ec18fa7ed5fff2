package org.jclone.protocol.innodb.descriptor;

import java.util.Optional;

/** The type field of a {@link DescriptorHeader}. Source: docs/protocol/02-innodb-clone-stream.md section 1.1. */
public enum DescriptorType {
    LOCATOR(1),
    TASK(2),
    STATE(3),
    FILE(4),
    DATA(5);

    private static final DescriptorType[] VALUES = values();

    private final int wireCode;

    DescriptorType(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    public static Optional<DescriptorType> byWireCode(long wireCode) {
        return wireCode >= 1 && wireCode <= VALUES.length ? Optional.of(VALUES[(int) wireCode - 1]) : Optional.empty();
    }
}
