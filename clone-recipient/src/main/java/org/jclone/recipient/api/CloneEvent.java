package org.jclone.recipient.api;

/** Something that happened once; its {@code toString()} is for people. */
public sealed interface CloneEvent {

    /**
     * The first connection stands and is logged in.
     *
     * @param serverVersion from the donor's greeting, such as {@code 9.7.4}
     * @param transport {@code clear text} or TLS version and cipher suite
     */
    record Connected(DonorAddress donor, String serverVersion, String transport) implements CloneEvent {}

    /**
     * The donor made a snapshot and told how big it is.
     *
     * @param files data files announced
     * @param estimatedBytes bytes to transfer in FILE COPY
     * @param estimatedDiskBytes bytes needed on disk
     */
    record SnapshotOpened(long files, long estimatedBytes, long estimatedDiskBytes) implements CloneEvent {}

    /** A stage began. */
    record StageStarted(StageProgress stage) implements CloneEvent {}

    /** A stage ended well. */
    record StageCompleted(StageProgress stage) implements CloneEvent {}

    /** The number of data connections changed. */
    record ConnectionsChanged(int connections, String reason) implements CloneEvent {}

    /** DDL ran on the donor meanwhile, and a file was created, renamed or dropped. */
    record FileChanged(String file, String change) implements CloneEvent {}

    /** A tablespace of the donor lies outside its data directory and was put elsewhere. */
    record TablespaceRelocated(String donorPath, String path) implements CloneEvent {}

    /** The clone goes on, but somebody should know. */
    record Warning(String text, String hint) implements CloneEvent {}
}
