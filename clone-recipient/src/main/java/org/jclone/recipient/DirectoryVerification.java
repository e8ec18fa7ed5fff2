package org.jclone.recipient;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;

/**
 * Checks each page of a data directory that no server uses. If the directory has a clone's manifest and no server has
 * been started there since, it also compares the content with the manifest. Changes nothing.
 */
public final class DirectoryVerification {

    private final Path directory;
    private final Set<Path> others;
    private final Optional<Path> keyringFile;
    private final int threads;

    /**
     * Prepares a check.
     *
     * @param others directories besides {@code directory} that hold undo tablespaces or the system tablespace; those
     * named in a clone's manifest may be omitted
     * @param keyringFile of the server's component_keyring_file; if empty, encrypted pages are not decrypted
     * @param threads files or parts of files read at a time
     * @param directory the data directory
     */
    public DirectoryVerification(Path directory, Set<Path> others, Optional<Path> keyringFile, int threads) {
        this.directory = directory;
        this.others = Set.copyOf(others);
        this.keyringFile = keyringFile;
        this.threads = threads;
    }

    /**
     * Checks, on the caller's thread and some more.
     *
     * @return what was found
     * @throws CloneException if the directory is in use, unfinished, missing, or unreadable
     */
    public VerificationReport run() throws CloneException {
        return DirectoryCheck.run(directory, others, keyringFile, threads);
    }
}
