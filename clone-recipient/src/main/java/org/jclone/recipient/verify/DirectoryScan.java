package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Finds the tablespace files of a data directory by their names and by their page 0. Does not follow symbolic links.
 */
final class DirectoryScan {

    private static final int MAX_DEPTH = 8;

    private final DamageList damages;
    private FspFlags systemFlags;

    DirectoryScan(DamageList damages) {
        this.damages = damages;
    }

    /** Returns the files with pages in {@code root} and in other directories, in the order of their names. */
    List<PageFile> run(Path root, Set<Path> others) throws StorageException {
        List<PageFile> found = new ArrayList<>(scan(root, MAX_DEPTH, others));
        for (Path other : others) {
            found.addAll(scan(other, 1, Set.of()));
        }
        return found;
    }

    private List<PageFile> scan(Path root, int depth, Set<Path> excluded) throws StorageException {
        List<PageFile> found = new ArrayList<>();
        try {
            List<Path> candidates = new ArrayList<>();
            Files.walkFileTree(root, Set.of(), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return isLostAndFound(folder) || excluded.contains(folder)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && isTablespace(root.relativize(file))) {
                        candidates.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                    if (isLostAndFound(path)) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
            candidates.sort(Comparator.comparing(DirectoryScan::systemFile).thenComparing(Comparator.naturalOrder()));
            long systemPages = 0;
            for (Path path : candidates) {
                Optional<PageFile> file = read(path, systemPages);
                if (file.isPresent()) {
                    found.add(file.get());
                    if (file.get().spaceId() == SpaceIds.SYSTEM) {
                        systemPages += file.get().size() / file.get().flags().pageSize();
                    }
                }
            }
        } catch (IOException e) {
            throw StorageErrors.of("read directory", root, -1, e);
        }
        return found;
    }

    /** A folder of the file system, which a server ignores too. Often only root may read it. */
    private static boolean isLostAndFound(Path folder) {
        return folder.endsWith("lost+found");
    }

    private static boolean isTablespace(Path relative) {
        String first = relative.getName(0).toString();
        String name = relative.getFileName().toString();
        if (first.startsWith("#") || relative.getNameCount() > 1) {
            return !first.startsWith("#") && name.endsWith(".ibd");
        }
        return name.endsWith(".ibd") || name.endsWith(".ibu") || isSystem(name) || name.matches("undo_[0-9]{3}");
    }

    /**
     * Returns the number in the name of {@code ibdata1} and so on, whose pages are numbered consecutively; 0 for other
     * files.
     */
    private static int systemFile(Path path) {
        String name = path.getFileName().toString();
        return isSystem(name) ? Integer.parseInt(name.substring("ibdata".length())) : 0;
    }

    private static boolean isSystem(String name) {
        return name.matches("ibdata[0-9]{1,9}");
    }

    private Optional<PageFile> read(Path path, long systemPages) throws IOException {
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer header = ByteBuffer.allocate(PageHeader.FSP_FLAGS + Integer.BYTES);
            FileIo.read(channel, header, 0);
            if (header.hasRemaining()) {
                damages.add(new Damage(path, -1, -1, "no page 0: the file has " + channel.size() + " bytes"));
                return Optional.empty();
            }
            boolean isSystem = isSystem(path.getFileName().toString());
            boolean continued = systemPages > 0 && isSystem;
            FspFlags flags = new FspFlags(Integer.toUnsignedLong(header.getInt(PageHeader.FSP_FLAGS)));
            long spaceId = Integer.toUnsignedLong(header.getInt(PageHeader.FSP_SPACE_ID));
            if (continued) {
                flags = systemFlags;
                spaceId = SpaceIds.SYSTEM;
            } else if (!flags.isValid()) {
                damages.add(new Damage(path, 0, 0, "FSP flags " + flags + " (expected: those of a tablespace)"));
                return Optional.empty();
            } else if (spaceId == SpaceIds.SYSTEM && !isSystem) {
                damages.add(new Damage(path, 0, 0, "space id 0 in the FSP header (expected: that of a tablespace)"));
                return Optional.empty();
            }
            if (spaceId == SpaceIds.SYSTEM) {
                systemFlags = flags;
            } else { // the system tablespace may have further files, of any name
                requireWhole(path, channel.size(), header.getInt(PageHeader.FSP_SIZE), flags);
            }
            return Optional.of(new PageFile(
                    path, flags, spaceId, channel.size(), new PageRegion(-1, 0, 0, continued ? systemPages : 0)));
        }
    }

    /** Reports a file that has lost its end. A tablespace may be longer than its page 0 says, but not shorter. */
    private void requireWhole(Path path, long size, int fspSize, FspFlags flags) {
        FinalCheck.tooShort(size, Integer.toUnsignedLong(fspSize), flags.physicalPageSize(flags.pageSize()))
                .ifPresent(what -> damages.add(new Damage(path, 0, 0, what)));
    }
}
