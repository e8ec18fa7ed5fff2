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
import org.jclone.recipient.verify.CloneVerification;
import org.jclone.recipient.verify.PageFile;

/** The files of one clone under way, and all that writes or checks them. */
public final class TargetFiles implements AutoCloseable {

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
     * @param directory has its mark of an unfinished clone
     * @param tls whether the donor's data comes over TLS
     */
    TargetFiles(
            TargetSettings settings,
            DonorParameters donor,
            DataDirectory directory,
            boolean tls,
            Consumer<CloneEvent> events)
            throws CloneException {
        this.settings = settings;
        this.directory = directory;
        pageSize = donor.pageSize();
        keys = new TargetKeys(settings.encryption(), tls);
        table = new FileTable(pageSize);
        open = new OpenFiles(DirectIo.probe(directory.root(), settings.directIo()));
        verification =
                CloneVerification.begin(settings.verify(), directory.root(), pageSize); // no step behind it fails
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

    /** Takes up the files as another process left them. */
    void restore(JournalImage image) throws CloneException {
        keys.resume(image.masterKey());
        if (image.state().wireCode() > SnapshotState.FILE_COPY.wireCode()) {
            keys.expect();
        }
        FileRestoration restoration =
                new FileRestoration(applier, directory, image.isFinishing(), image.isMetadataComplete());
        for (FileLog.Entry file : image.files()) {
            restoration.restore(file, image.firstDescriptor(file), image.size(file));
        }
        restoration.removeOthers();
        table.enter(image.state());
        segmentWriter.expectRewrites();
    }

    /** FILE COPY is over: what comes now holds keys. */
    public void expectKeys() {
        keys.expect();
    }

    /** From now on {@code journal} hears what becomes of files, and of their master key. */
    void logTo(Journal journal) {
        applier.logTo(journal);
        keys.logTo(journal);
    }

    public FileTable table() {
        return table;
    }

    OpenFiles open() {
        return open;
    }

    public SegmentWriter segmentWriter() {
        return segmentWriter;
    }

    public KeyBlocks keyBlocks() {
        return keyBlocks;
    }

    public FileApplier applier() {
        return applier;
    }

    CloneVerification verification() {
        return verification;
    }

    /** Extends and flushes all files, then the directories that got new entries. */
    void sync() throws CloneException {
        open.closeIdle();
        new FileSync(pageSize).run(table.liveFiles());
        for (Path touched : directory.touchedDirectories()) {
            Durable.flushDirectory(touched);
        }
    }

    /**
     * Looks at everything once more and leaves the manifest.
     *
     * @param about what else is to be said in the manifest
     */
    List<CloneEvent> verify(Map<String, String> about) throws CloneException {
        List<TargetFile> redo = table.redoFiles();
        List<PageFile> data = table.liveFiles().stream()
                .filter(file -> !redo.contains(file))
                .map(TargetFile::toPageFile)
                .toList();
        return verification.finish(
                data, redo.stream().map(TargetFile::toPageFile).toList(), about, keys, settings::finalPlace);
    }

    /** What of the clone is encrypted, if anything is. */
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
