package org.jclone.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.TargetEncryption;

/** The user, and optionally the group, that owns a completed clone. */
record Owner(UserPrincipal user, Optional<GroupPrincipal> group) {

    /**
     * Looks up user and group, and checks that this process may change the owner of files.
     *
     * @param text {@code USER} or {@code USER:GROUP}
     */
    static Owner parse(String text) throws UsageException {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        UserPrincipalLookupService accounts = FileSystems.getDefault().getUserPrincipalLookupService();
        UserPrincipal user;
        Optional<GroupPrincipal> group;
        try {
            user = accounts.lookupPrincipalByName(name);
        } catch (IOException e) {
            throw new UsageException("--owner: user " + name + " does not exist");
        }
        try {
            group = Optional.of(accounts.lookupPrincipalByGroupName(colon < 0 ? name : text.substring(colon + 1)));
        } catch (IOException e) {
            if (colon >= 0) {
                throw new UsageException("--owner: there is no group " + text.substring(colon + 1));
            }
            group = Optional.empty();
        }
        Owner owner = new Owner(user, group);
        owner.requireAllowed();
        return owner;
    }

    /** Tries it before anything is copied rather than after. */
    private void requireAllowed() throws UsageException {
        Path probe;
        try {
            probe = Files.createTempFile("jclone", ".owner");
        } catch (IOException e) {
            return; // no place to try it; changing the owner of the clone reports the failure
        }
        try {
            give(probe);
        } catch (IOException e) {
            throw new UsageException("--owner: this process may not give files to " + user + ": " + FileReason.of(e)
                    + "; it needs root");
        } finally {
            try {
                Files.deleteIfExists(probe);
            } catch (IOException e) {
                probe.toFile().deleteOnExit();
            }
        }
    }

    /** Changes the owner of everything in the clone. Changes symbolic links themselves, not their targets. */
    void take(CloneRequest request, CloneResult result) throws IOException {
        for (Path path : roots(request, result)) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.walkFileTree(path, new Giver());
            }
        }
    }

    /** Data directory and InnoDB directories as a whole; in directories that others share, only the clone's files. */
    private static Set<Path> roots(CloneRequest request, CloneResult result) {
        Set<Path> roots = new LinkedHashSet<>(List.of(result.directory()));
        roots.addAll(request.target().innodb().outside(result.directory()));
        for (Path file : result.relocated().values()) {
            if (!file.startsWith(result.directory())) {
                roots.addAll(belowMapping(request, file));
            }
        }
        result.encryption().flatMap(TargetEncryption::keyringFile).ifPresent(roots::add);
        result.configuration().file().ifPresent(roots::add);
        return roots;
    }

    /** The file, and the directories above it up to the target of a mapping. */
    private static List<Path> belowMapping(CloneRequest request, Path file) {
        List<Path> paths = new ArrayList<>(List.of(file));
        for (Path mapped : request.target().pathMappings().values()) {
            for (Path folder = file.getParent();
                    folder != null && folder.startsWith(mapped) && !folder.equals(mapped);
                    folder = folder.getParent()) {
                paths.add(folder);
            }
        }
        return paths;
    }

    private void give(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (group.isPresent()) {
            view.setGroup(group.get());
        }
        view.setOwner(user);
    }

    private final class Giver extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            give(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            give(file);
            return FileVisitResult.CONTINUE;
        }
    }
}
