package org.jclone.recipient.verify;

import java.nio.file.Path;
import org.jclone.protocol.innodb.page.FspFlags;

/**
 * A file in the {@link Manifest}.
 *
 * @param path absolute
 * @param size in bytes
 * @param flags of its tablespace, or {@link FspFlags#NONE}
 * @param spaceId of its tablespace
 * @param unit bytes of a page, or of a block with its own sum
 * @param region of its page sums
 * @param hash CRC-32C over the sums of its pages in order, each as four bytes, big-endian
 */
record ManifestFile(Path path, long size, FspFlags flags, long spaceId, int unit, PageRegion region, int hash) {

    ManifestFile movedTo(Path place) {
        return new ManifestFile(place, size, flags, spaceId, unit, region, hash);
    }

    PageFile toPageFile() {
        return new PageFile(path, flags, spaceId, size, region);
    }
}
