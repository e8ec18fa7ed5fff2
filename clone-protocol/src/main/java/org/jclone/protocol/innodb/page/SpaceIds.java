package org.jclone.protocol.innodb.page;

/**
 * Tablespace ids with a special meaning. All others belong to file-per-table and general tablespaces.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 0.
 */
public final class SpaceIds {

    /** The system tablespace, which may have several files. */
    public static final long SYSTEM = 0;

    /** The lowest id of an undo tablespace. Truncating an undo tablespace changes its id within the range. */
    public static final long UNDO_MIN = 0xfcf8_da70L;

    /** The highest id of an undo tablespace; {@code undo_001} starts with it. */
    public static final long UNDO_MAX = 0xffff_ffefL;

    /** The redo log, which is not a tablespace. */
    public static final long REDO = 0xffff_fff0L;

    /** The temporary tablespace, never cloned. */
    public static final long TEMPORARY = 0xffff_fffdL;

    /** {@code mysql.ibd}, the data dictionary. */
    public static final long DICTIONARY = 0xffff_fffeL;

    /** A file that is not a tablespace: the dump of the buffer pool. */
    public static final long NONE = 0xffff_ffffL;

    private SpaceIds() {}

    public static boolean isUndo(long spaceId) {
        return spaceId >= UNDO_MIN && spaceId <= UNDO_MAX;
    }
}
