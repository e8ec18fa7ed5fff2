package org.jclone.recipient.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.encryption.KeyLog;

/** Writes the records of a journal. Thread-safe. */
public final class Journal implements FileLog, KeyLog, AutoCloseable {

    private static final int MAX_CLAIMS_PER_RECORD = 50_000;
    private static final long LONG = 64 << 20;

    private interface Payload {
        void write(DataOutputStream out) throws IOException;
    }

    private final JournalFile file;

    /** @param file open, and already read if it existed before */
    public Journal(JournalFile file) {
        this.file = file;
    }

    /** Writes the first record, which is on disk when this returns. */
    public synchronized void begin(JournalHead head) throws StorageException {
        append(RecordType.BEGIN, head::write);
        file.force();
    }

    /** Continues the journal that was read, which is on disk when this returns. */
    public synchronized void resume() throws StorageException {
        file.force();
    }

    public synchronized void donor(DonorIdentity identity) throws StorageException {
        append(RecordType.DONOR, out -> {
            out.writeUTF(identity.serverUuid());
            out.writeLong(identity.startSeconds());
        });
    }

    /** Records the new state, which is on disk when this returns. Accept none of its data before. */
    public synchronized void state(StateDescriptor start) throws StorageException {
        append(RecordType.STATE, out -> writeBytes(out, start::encode));
        file.force();
    }

    @Override
    public synchronized void note(FileLog.Entry entry, boolean urgent) throws StorageException {
        FileDescriptor descriptor = entry.descriptor();
        append(RecordType.FILE, out -> {
            out.writeBoolean(entry.redo());
            out.writeInt((int) entry.index());
            out.writeBoolean(entry.dropped());
            out.writeBoolean(entry.deleted());
            out.writeBoolean(entry.moving());
            out.writeUTF(entry.oldName());
            writeBytes(out, descriptor.withoutKey()::encode);
            byte[] wrappedKey = entry.wrappedKey().toByteArray();
            out.writeShort(wrappedKey.length);
            out.write(wrappedKey);
        });
        if (urgent) {
            file.force();
        }
    }

    /** Records the key's name, which is on disk when this returns, before any file that needs the key. */
    @Override
    public synchronized void masterKey(MasterKeyName name) throws StorageException {
        append(RecordType.MASTER_KEY, out -> {
            out.writeUTF(name.serverUuid());
            out.writeInt((int) name.id());
        });
        file.force();
    }

    public synchronized void size(int index, long bytes) throws StorageException {
        append(RecordType.SIZE, out -> {
            out.writeInt(index);
            out.writeLong(bytes);
        });
    }

    /**
     * Records that all files are announced. This record and the file records before it are on disk when this returns.
     */
    public synchronized void metadataComplete() throws StorageException {
        append(RecordType.METADATA_COMPLETE, out -> {});
        file.force();
    }

    /** Records that the clone is damaged; on disk when this returns. */
    public synchronized void damaged() throws StorageException {
        append(RecordType.DAMAGED, out -> {});
        file.force();
    }

    /** Records that files are about to get their final names; on disk when this returns. */
    public synchronized void finishing() throws StorageException {
        append(RecordType.FINISHING, out -> {});
        file.force();
    }

    /**
     * Records blocks that are on disk. The record is on disk when this returns.
     *
     * @param stateEnded whether the state has no other blocks
     */
    public synchronized void flushed(List<Claim> claims, boolean stateEnded) throws StorageException {
        for (int from = 0; from < claims.size(); from += MAX_CLAIMS_PER_RECORD) {
            List<Claim> part = claims.subList(from, Math.min(claims.size(), from + MAX_CLAIMS_PER_RECORD));
            append(RecordType.CLAIMS, out -> {
                out.writeInt(part.size());
                for (Claim claim : part) {
                    out.writeInt((int) claim.chunk());
                    out.writeInt((int) claim.block());
                    out.writeBoolean(claim.whole());
                }
            });
        }
        if (stateEnded) {
            append(RecordType.ENDED, out -> {});
        }
        file.force();
    }

    /** Whether the journal is so long that records should be written less often. */
    public synchronized boolean isLong() {
        return file.length() > LONG;
    }

    private void append(RecordType type, Payload payload) throws StorageException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            payload.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file.append(type, bytes.toByteArray());
    }

    private static void writeBytes(DataOutputStream out, Consumer<ByteBuf> encode) throws IOException {
        ByteBuf bytes = Unpooled.buffer();
        encode.accept(bytes);
        out.writeShort(bytes.readableBytes());
        bytes.readBytes(out, bytes.readableBytes());
    }

    @Override
    public void close() {
        file.close();
    }
}
