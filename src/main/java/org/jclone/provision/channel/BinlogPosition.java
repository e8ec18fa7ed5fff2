package org.jclone.provision.channel;

/**
 * A place in a source's binary log.
 *
 * @param file such as {@code binlog.000002}
 */
public record BinlogPosition(String file, long offset) implements Comparable<BinlogPosition> {

    /** The number of the file grows to seven digits after 999999. */
    @Override
    public int compareTo(BinlogPosition other) {
        int length = Integer.compare(file.length(), other.file.length());
        int name = length != 0 ? length : file.compareTo(other.file);
        return name != 0 ? name : Long.compare(offset, other.offset);
    }

    /** Whether there is one. */
    public boolean isKnown() {
        return !file.isEmpty();
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
