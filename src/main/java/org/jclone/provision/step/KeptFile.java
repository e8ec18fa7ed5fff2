package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * A file that a run changes and can put back, byte by byte, with owner and mode. Before the first change the record
 * says whether there was a file, and if so there is a copy beside it. So whenever a process is killed, {@link #restore}
 * finds either a file that was not changed, or what to undo.
 */
final class KeptFile {

    private static final String KEPT = "kept";
    private static final String NONE = "none";

    private final Path file;
    private final Path copy;
    private final ProvisionRecord record;
    private final Fact fact;

    /**
     * @param copy a name beside the file
     * @param fact says whether there was a file
     */
    KeptFile(Path file, Path copy, ProvisionRecord record, Fact fact) {
        this.file = file;
        this.copy = copy;
        this.record = record;
        this.fact = fact;
    }

    /** Keeps a copy, once in a run. Change the file only after this returned. */
    void keep() throws StorageException {
        if (!record.has(fact)) {
            Durable.delete(copy); // of an earlier run
            Durable.flushDirectory(file.getParent());
            record.set(fact, Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? KEPT : NONE);
        }
        if (is(KEPT) && !Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
            makeCopy();
        }
    }

    private void makeCopy() throws StorageException {
        try {
            Files.copy(
                    file,
                    unfinished(),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw StorageErrors.of("copy " + file + " to", unfinished(), -1, e);
        }
        Durable.flushFile(unfinished());
        Durable.rename(unfinished(), copy);
        Durable.flushDirectory(file.getParent());
    }

    private Path unfinished() {
        return copy.resolveSibling(copy.getFileName() + Durable.TEMPORARY_SUFFIX);
    }

    private boolean is(String value) {
        return record.fact(fact).filter(value::equals).isPresent();
    }

    /** Whether the run may have changed the file. */
    boolean isKept() {
        return record.has(fact);
    }

    /** Whether there was no file before the run. */
    boolean wasMissing() {
        return is(NONE);
    }

    /** Puts the file back as it was; leaves it alone if {@link #keep} was never called. Can be repeated. */
    void restore() throws StorageException {
        Durable.delete(unfinished());
        if (wasMissing()) {
            Durable.delete(file);
        } else if (is(KEPT) && Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
            Durable.rename(copy, file);
        }
        Durable.flushDirectory(file.getParent());
    }

    /** Removes the copy. */
    void forget() throws StorageException {
        Durable.delete(copy);
        Durable.flushDirectory(file.getParent());
    }
}
