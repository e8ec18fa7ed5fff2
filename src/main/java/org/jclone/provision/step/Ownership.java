package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/** Gives what this process creates as root to the user that the server runs as. Without such a user it does nothing. */
final class Ownership {

    private final Optional<String> user;

    Ownership(Optional<String> user) {
        this.user = user;
    }

    /**
     * Creates the folder of the mark, if it is missing, and gives it away: a server that cannot enter it does not see
     * the mark, and starts.
     */
    void prepareCloneFolder(Path directory) throws CloneException {
        if (user.isEmpty()) {
            return;
        }
        CloneFolder folder = CloneFolder.in(directory);
        if (!folder.exists()) {
            Durable.createDirectory(folder.path());
            Durable.flushDirectory(directory);
        }
        giveTree(folder.path());
    }

    void give(Path path) throws CloneException {
        if (user.isPresent()) {
            try {
                give(path, owner());
            } catch (IOException e) {
                throw StorageErrors.of("give to " + user.get(), path, -1, e);
            }
        }
    }

    void giveTree(Path top) throws CloneException {
        if (user.isEmpty()) {
            return;
        }
        try {
            UserPrincipal owner = owner();
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    give(folder, owner);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    give(file, owner);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw StorageErrors.of("give to " + user.get(), top, -1, e);
        }
    }

    private UserPrincipal owner() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user.orElseThrow());
    }

    private static void give(Path path, UserPrincipal owner) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes attributes = view.readAttributes();
        if (!attributes.owner().equals(owner)) {
            view.setOwner(owner);
        }
    }
}
