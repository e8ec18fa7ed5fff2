package org.jclone.recipient.journal;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.apply.FileLog;

/** The state of a clone that the records of its journal describe. */
public final class JournalImage {

    /** A block of FILE COPY with pages of 16 KiB; close enough for other page sizes. */
    private static final long BLOCK_BYTES = 1 << 20;

    private static final int MAX_CLAIMS = 100_000;
    private static final String NO_BEGINNING = "it has no beginning";

    private final Map<Long, FileLog.Entry> dataFiles = new TreeMap<>();
    private final Map<Long, FileDescriptor> firstDescriptors = new TreeMap<>();
    private final Map<Long, FileLog.Entry> redoFiles = new TreeMap<>();
    private final Map<Long, Long> sizes = new TreeMap<>();
    private final BitSet wholeChunks = new BitSet();
    private final Map<Long, Long> incompleteChunks = new TreeMap<>();

    private JournalHead head;
    private Optional<DonorIdentity> identity = Optional.empty();
    private Optional<StateDescriptor> state = Optional.empty();
    private Optional<MasterKeyName> masterKey = Optional.empty();
    private boolean metadataComplete;
    private boolean ended;
    private boolean finishing;
    private boolean damaged;

    private JournalImage() {}

    /**
     * Reads a journal of any permitted length.
     *
     * @throws IOException with the reason, if this is not a journal of jclone
     */
    public static JournalImage of(JournalFile file) throws StorageException, IOException {
        JournalImage image = new JournalImage();
        file.read(image::take);
        return image.requireBegun();
    }

    /** @throws IOException with the reason, if these are not the records of a journal of jclone */
    static JournalImage of(List<JournalFile.Entry> entries) throws IOException {
        JournalImage image = new JournalImage();
        for (JournalFile.Entry entry : entries) {
            image.take(entry);
        }
        return image.requireBegun();
    }

    private JournalImage requireBegun() throws IOException {
        if (head == null) {
            throw new IOException(NO_BEGINNING);
        }
        return this;
    }

    private void take(JournalFile.Entry entry) throws IOException {
        if (head == null && entry.type() != RecordType.BEGIN.code()) {
            throw new IOException(NO_BEGINNING);
        }
        byte[] payload = new byte[entry.payload().remaining()];
        entry.payload().duplicate().get(payload);
        RecordType type =
                RecordType.byCode(entry.type()).orElseThrow(() -> new IOException("a record of type " + entry.type()));
        try {
            apply(type, new DataInputStream(new ByteArrayInputStream(payload)));
        } catch (EOFException e) {
            throw new IOException("a record " + type + " of " + payload.length + " bytes that is too short", e);
        } catch (MalformedPacketException | IllegalArgumentException e) {
            throw new IOException(type + ": " + e.getMessage(), e);
        }
    }

    private void apply(RecordType type, DataInput in) throws IOException {
        switch (type) {
            case BEGIN -> {
                if (head != null) {
                    throw new IOException("two beginnings");
                }
                head = JournalHead.read(in);
            }
            case DONOR -> identity = Optional.of(new DonorIdentity(in.readUTF(), in.readLong()));
            case STATE -> onState(StateDescriptor.CODEC.decode(Unpooled.wrappedBuffer(bytes(in))));
            case FILE -> onFile(in);
            case SIZE -> sizes.merge(in.readInt() & 0xffff_ffffL, in.readLong() & Long.MAX_VALUE, Math::max);
            case METADATA_COMPLETE -> metadataComplete = true;
            case CLAIMS -> onClaims(in);
            case ENDED -> ended = true;
            case FINISHING -> finishing = true;
            case DAMAGED -> damaged = true;
            case MASTER_KEY -> masterKey = Optional.of(new MasterKeyName(in.readUTF(), in.readInt() & 0xffff_ffffL));
        }
    }

    private void onState(StateDescriptor start) {
        state = Optional.of(start);
        wholeChunks.clear();
        incompleteChunks.clear();
        ended = false;
        finishing = false;
        dataFiles.replaceAll((index, file) ->
                new FileLog.Entry(false, index, file.descriptor(), file.dropped(), file.deleted(), false, ""));
    }

    private void onFile(DataInput in) throws IOException {
        boolean redo = in.readBoolean();
        long index = in.readInt() & 0xffff_ffffL;
        boolean dropped = in.readBoolean();
        boolean deleted = in.readBoolean();
        boolean moving = in.readBoolean();
        String oldName = in.readUTF();
        FileDescriptor descriptor = FileDescriptor.CODEC.decode(Unpooled.wrappedBuffer(bytes(in)));
        Bytes wrappedKey = Bytes.of(bytes(in));
        if (wrappedKey.length() != 0 && wrappedKey.length() != EncryptionInfo.LENGTH) {
            throw new IOException("a wrapped key of " + wrappedKey.length() + " bytes");
        }
        Map<Long, FileLog.Entry> table = redo ? redoFiles : dataFiles;
        if (!redo && index > dataFiles.size()) {
            throw new IOException("file " + index + " after " + dataFiles.size());
        }
        if (!redo) {
            firstDescriptors.putIfAbsent(index, descriptor);
        }
        table.put(index, new FileLog.Entry(redo, index, descriptor, dropped, deleted, moving, oldName, wrappedKey));
    }

    private void onClaims(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_CLAIMS) {
            throw new IOException(count + " claims");
        }
        for (int i = 0; i < count; i++) {
            onClaim(new Claim(in.readInt() & 0xffff_ffffL, in.readInt() & 0xffff_ffffL, in.readBoolean()));
        }
    }

    /** The last claim of a chunk counts. A clone that runs for days has millions of claims. */
    private void onClaim(Claim claim) {
        if (claim.chunk() > ChunkMap.MAX_CHUNKS) {
            return; // no such chunk can be claimed to the donor
        }
        if (claim.whole()) {
            wholeChunks.set((int) claim.chunk());
            incompleteChunks.remove(claim.chunk());
        } else {
            incompleteChunks.put(claim.chunk(), claim.block());
        }
    }

    private static byte[] bytes(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }

    public JournalHead head() {
        return head;
    }

    /** Empty if the clone ended before the donor's identity was known. */
    public Optional<DonorIdentity> identity() {
        return identity;
    }

    /** The descriptor that started the current state; empty for INIT. */
    public Optional<StateDescriptor> stateStart() {
        return state;
    }

    public SnapshotState state() {
        return state.map(StateDescriptor::state).orElse(SnapshotState.INIT);
    }

    public boolean isMetadataComplete() {
        return metadataComplete;
    }

    /** Whether the end of the state may have been acknowledged to the donor. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether files may already have been renamed to their final names. */
    public boolean isFinishing() {
        return finishing;
    }

    /** Whether the copy is complete and was found to be damaged. */
    public boolean isDamaged() {
        return damaged;
    }

    /** The key that wraps the keys of the donor's encrypted files; empty if no encrypted file is known. */
    public Optional<MasterKeyName> masterKey() {
        return masterKey;
    }

    /** What is certainly on disk, one claim for each chunk. */
    public Stream<Claim> claims() {
        Stream<Claim> whole = wholeChunks.stream().mapToObj(chunk -> new Claim(chunk, 0, true));
        Stream<Claim> incomplete =
                incompleteChunks.entrySet().stream().map(chunk -> new Claim(chunk.getKey(), chunk.getValue(), false));
        return Stream.concat(whole, incomplete);
    }

    /** Estimates, for display, how many bytes of the state's data are certainly on disk. */
    public long writtenBytes() {
        if (state() != SnapshotState.FILE_COPY) {
            long chunks = state.map(StateDescriptor::chunkCount).orElse(0L);
            return chunks == 0 ? 0 : share(state.get().estimatedBytes(), wholeChunks.cardinality(), chunks);
        }
        long bytes = 0;
        for (FileLog.Entry file : dataFiles.values()) {
            FileDescriptor first = firstDescriptors.get(file.index());
            long chunks = first.lastChunk() - first.firstChunk() + 1;
            long whole = wholeChunks.stream()
                    .filter(chunk -> chunk >= first.firstChunk() && chunk <= first.lastChunk())
                    .count();
            long blocks = incompleteChunks.entrySet().stream()
                    .filter(chunk -> chunk.getKey() >= first.firstChunk() && chunk.getKey() <= first.lastChunk())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            bytes += chunks <= 0
                    ? 0
                    : Math.min(first.fileSize(), share(first.fileSize(), whole, chunks) + blocks * BLOCK_BYTES);
        }
        return bytes;
    }

    private static long share(long bytes, long part, long all) {
        return (long) ((double) bytes * part / all);
    }

    /** Returns data files by index without gaps, then redo files. */
    public List<FileLog.Entry> files() {
        List<FileLog.Entry> files = new ArrayList<>(dataFiles.values());
        files.addAll(redoFiles.values());
        return files;
    }

    /** Returns the descriptor that first announced the file. */
    public FileDescriptor firstDescriptor(FileLog.Entry file) {
        return file.redo() ? file.descriptor() : firstDescriptors.get(file.index());
    }

    /** Returns the minimum final size known for a data file; 0 if only its descriptor gives one. */
    public long size(FileLog.Entry file) {
        return file.redo() ? 0 : sizes.getOrDefault(file.index(), 0L);
    }
}
