package org.jclone.protocol.innodb.page;

import java.util.Optional;

/**
 * The page types that change how the bytes of a page must be interpreted. A clone treats all others alike.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 9.6 and 10.
 */
public enum PageType {
    /** Page-compressed; the control bytes describe how. */
    FIL_PAGE_COMPRESSED(14),
    FIL_PAGE_ENCRYPTED(15),
    FIL_PAGE_COMPRESSED_AND_ENCRYPTED(16),
    FIL_PAGE_ENCRYPTED_RTREE(17),
    FIL_PAGE_RTREE(17854);

    private final int wireCode;

    PageType(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    /** Returns empty for all types without a special meaning here. */
    public static Optional<PageType> byWireCode(int wireCode) {
        return switch (wireCode) {
            case 14 -> Optional.of(FIL_PAGE_COMPRESSED);
            case 15 -> Optional.of(FIL_PAGE_ENCRYPTED);
            case 16 -> Optional.of(FIL_PAGE_COMPRESSED_AND_ENCRYPTED);
            case 17 -> Optional.of(FIL_PAGE_ENCRYPTED_RTREE);
            case 17854 -> Optional.of(FIL_PAGE_RTREE);
            default -> Optional.empty();
        };
    }

    /** Returns whether the bytes from {@link PageHeader#DATA} on are encrypted. */
    public boolean isEncrypted() {
        return switch (this) {
            case FIL_PAGE_ENCRYPTED, FIL_PAGE_COMPRESSED_AND_ENCRYPTED, FIL_PAGE_ENCRYPTED_RTREE -> true;
            case FIL_PAGE_COMPRESSED, FIL_PAGE_RTREE -> false;
        };
    }
}
