package org.jclone.recipient.target;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.apply.FileApplier;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.apply.FileRestoration;
import org.jclone.recipient.apply.FileSync;
import org.jclone.recipient.apply.FileTable;
import org.jclone.recipient.apply.KeyBlocks;
import org.jclone.recipient.apply.RedoNaming;
import org.jclone.recipient.apply.SegmentWriter;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.verify.CloneVerification;
import org.jclone.recipient.verify.PageFile;

/** The files of a running clone, and everything that writes or checks them. */
final class TargetFiles implements AutoCloseable {

    private final TargetSettings settings;
    private final DataDirectory directory;
    private final int pageSize;
    private final CloneVerification verification;
    private final TargetKeys keys;
    private final FileTable table;
    private final OpenFiles open;
    private final SegmentWriter segmentWriter;
    private final KeyBlocks keyBlocks;
    private final FileApplier applier;

    /**
     * @param copy of the donor's snapshot, which knows the state
     * @param directory marked as an unfinished clone
     * @param tls whether the donor's data arrives over TLS
     */
    TargetFiles(
            TargetSettings settings,
            DonorParameters donor,
            SnapshotCopy copy,
            DataDirectory directory,
            boolean tls,
            Consumer<CloneEvent> events)
            throws CloneException {
        this.settings = settings;
        this.directory = directory;
        pageSize = donor.pageSize();
        keys = new TargetKeys(settings.encryption(), tls);
        table = new FileTable(pageSize, copy::state);
        open = new OpenFiles(DirectIo.probe(directory.root(), settings.directIo()));
        verification = CloneVerification.begin(
                settings.verify(), directory.root(), pageSize); // last, because nothing closes it if a later step fails
        segmentWriter = new SegmentWriter(open, pageSize, verification.copyCheck());
        keyBlocks = new KeyBlocks(keys, pageSize);
        applier = new FileApplier(
                table,
                directory,
                open,
                RedoNaming.of(donor.versionNumber()),
                keys,
                pageSize,
                donor.versionNumber(),
                events);
    }

    /** Restores the files as another process left them. */
    void restore(JournalImage image) throws CloneException {
        keys.resume(image.masterKey());
        if (image.isEnded() || image.state().wireCode() > SnapshotState.FILE_COPY.wireCode()) {
            keys.expect();
        }
        FileRestoration restoration =
                new FileRestoration(applier, directory, image.isFinishing(), image.isMetadataComplete());
        for (FileLog.Entry file : image.files()) {
            restoration.restore(file, image.firstDescriptor(file), image.size(file));
        }
        restoration.removeOthers();
        segmentWriter.expectRewrites();
    }

    /** Prepares for blocks with keys. The donor sends them as soon as the end of FILE COPY is acknowledged. */
    void expectKeys() {
        keys.expect();
    }

    /** Records changes of files, and of their master key, in {@code journal} from now on. */
    void logTo(Journal journal) {
        applier.logTo(journal);
        keys.logTo(journal);
    }

    FileTable table() {
        return table;
    }

    OpenFiles open() {
        return open;
    }

    SegmentWriter segmentWriter() {
        return segmentWriter;
    }

    KeyBlocks keyBlocks() {
        return keyBlocks;
    }

    FileApplier applier() {
        return applier;
    }

    CloneVerification verification() {
        return verification;
    }

    /**
     * Extends and flushes all files, then the directories that got new entries.
     *
     * @param stop asked before each file
     */
    void sync(StopCheck stop) throws CloneException {
        open.closeIdle();
        new FileSync(pageSize).run(table.liveFiles(), stop);
        for (Path touched : directory.touchedDirectories()) {
            Durable.flushDirectory(touched);
        }
    }

    /**
     * Checks all files as the request demands and writes the manifest.
     *
     * @param about further entries for the manifest
     * @param stop asked before each read
     */
    List<CloneEvent> verify(Map<String, String> about, StopCheck stop) throws CloneException {
        List<TargetFile> redo = table.redoFiles();
        List<PageFile> data = table.liveFiles().stream()
                .filter(file -> !redo.contains(file))
                .map(TargetFile::toPageFile)
                .toList();
        return verification.finish(
                data, redo.stream().map(TargetFile::toPageFile).toList(), about, keys, settings::finalPlace, stop);
    }

    /** Returns what is encrypted, if anything is. */
    Optional<TargetEncryption> encryption() {
        return keys.masterKeyName().map(name -> table.encryption(keys.keyringFile(), name.toString()));
    }

    @Override
    public void close() throws StorageException {
        keys.close();
        try {
            open.close();
        } finally {
            verification.close();
        }
    }
}
