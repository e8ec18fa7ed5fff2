package org.jclone.donor.cold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * The files of the system tablespace, identified by their contents and locked as a server locks them.
 *
 * <p>Their names and order are server settings, and no file of the data directory records them. Page 0 holds the size
 * of the tablespace, each page holds its number, and a file that was never written to is all zeros. So files are
 * combined until all pages are found. A copy left next to them ({@code ibdata1.bak}) is not used.
 *
 * <p>The lock is a POSIX lock: closing any channel of a file releases all locks of the process on it. So exactly one
 * channel of each file stays open, all reads use it, and no file that this process has locked is opened again.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 4.1 and 10.
 */
final class SystemTablespace implements AutoCloseable {

    /** Type of page 0. */
    private static final int FSP_HEADER_PAGE = 8;

    private static final String DIRECTORIES_HINT =
            "Name the directory of its other files with --directories, as innodb_data_home_dir and innodb_data_file_path"
                    + " name it, or take a complete copy.";

    /** Keys of all files that this process has locked. Also guards the search, which opens and closes files. */
    private static final Set<Object> LOCKED = new HashSet<>();

    /**
     * A file that may belong to the system tablespace.
     *
     * @param start number of its first page; empty if the file is all zeros
     */
    private record Candidate(Path path, Object key, long pages, OptionalLong start, FirstPage head) {

        String name() {
            return path.getFileName().toString();
        }
    }

    private final int pageSize;
    private final Map<Path, FileChannel> channels = new HashMap<>();
    private final Set<Object> keys = new HashSet<>();
    private List<Candidate> files = List.of();

    private SystemTablespace(int pageSize) {
        this.pageSize = pageSize;
    }

    /**
     * Finds and locks the files.
     *
     * @param directory directory named in messages
     * @param candidates files to consider
     * @throws ColdDirectoryException if another process has locked them, or some are missing
     */
    static SystemTablespace open(Path directory, List<Path> candidates, int pageSize) throws IOException {
        SystemTablespace tablespace = new SystemTablespace(pageSize);
        synchronized (LOCKED) {
            try {
                tablespace.find(directory, candidates);
                return tablespace;
            } catch (IOException | RuntimeException e) {
                tablespace.close();
                throw e;
            }
        }
    }

    private void find(Path directory, List<Path> paths) throws IOException {
        List<Candidate> firsts = new ArrayList<>();
        Map<Object, Path> others = new LinkedHashMap<>();
        Set<Object> seen = new HashSet<>();
        // If a file has two names, prefer the usual one.
        List<Path> usualFirst = paths.stream()
                .sorted(Comparator.comparing(path -> !hasUsualName(path)))
                .toList();
        for (Path path : usualFirst) {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Object key = attributes.fileKey() == null ? path : attributes.fileKey();
            if (LOCKED.contains(key)) {
                throw inUse(path);
            }
            if (attributes.size() >= pageSize && seen.add(key) && isReadable(path)) {
                FirstPage head = FirstPage.read(path);
                if (isFirstPage(head)) {
                    firsts.add(new Candidate(path, key, attributes.size() / pageSize, OptionalLong.of(0), head));
                } else {
                    others.put(key, path);
                }
            }
        }
        if (firsts.isEmpty()) {
            throw new ColdDirectoryException(
                    "there is no system tablespace in " + directory,
                    "Its first file is usually ibdata1. Name its directory with --directories, as innodb_data_home_dir"
                            + " names it.");
        }
        for (Candidate first : firsts) {
            lock(first);
        }
        Candidate first = first(firsts);
        files = first.pages() >= first.head().spacePages() ? List.of(first) : chain(first, further(others));
        for (Candidate file : files) {
            if (!channels.containsKey(file.path())) {
                lock(file);
            }
        }
    }

    /** Skips files that other programs left in the directory and that we may not read. */
    private static boolean isReadable(Path path) {
        return hasUsualName(path) || Files.isReadable(path);
    }

    private static boolean hasUsualName(Path path) {
        return path.getFileName().toString().startsWith("ibdata");
    }

    private List<Candidate> further(Map<Object, Path> paths) throws IOException {
        List<Candidate> found = new ArrayList<>();
        for (Map.Entry<Object, Path> path : paths.entrySet()) {
            further(path.getValue(), path.getKey()).ifPresent(found::add);
        }
        return found;
    }

    /** Returns the file as a later file of a system tablespace; empty if it does not look like one. */
    private Optional<Candidate> further(Path path, Object key) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long pages = channel.size() / pageSize;
            ByteBuffer page = ByteBuffer.allocate(pageSize);
            ByteBuffer zeros = ByteBuffer.allocate(pageSize);
            for (long index = 0; index < pages; index++) {
                FirstPage.readFully(channel, page.clear(), index * pageSize);
                if (page.flip().mismatch(zeros) >= 0) {
                    FirstPage head = FirstPage.of(page);
                    return isPage(page) && head.pageNumber() > index
                            ? Optional.of(
                                    new Candidate(path, key, pages, OptionalLong.of(head.pageNumber() - index), head))
                            : Optional.empty();
                }
            }
            return Optional.of(new Candidate(path, key, pages, OptionalLong.empty(), FirstPage.of(zeros)));
        }
    }

    private static boolean isFirstPage(FirstPage head) {
        return head.pageNumber() == 0
                && head.spaceId() == SpaceIds.SYSTEM
                && head.pageType() == FSP_HEADER_PAGE
                && head.spacePages() > 0;
    }

    /**
     * Returns whether this is a page of the system tablespace: a server writes the low half of its LSN at both ends.
     */
    private boolean isPage(ByteBuffer page) {
        return page.getInt(PageHeader.SPACE_ID) == SpaceIds.SYSTEM
                && page.getInt(PageHeader.LSN + Integer.BYTES) == page.getInt(pageSize - Integer.BYTES);
    }

    private void lock(Candidate file) throws IOException {
        LOCKED.add(file.key());
        keys.add(file.key());
        FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        channels.put(file.path(), channel);
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                throw inUse(file.path());
            }
        } catch (OverlappingFileLockException e) {
            throw inUse(file.path());
        }
    }

    private static ColdDirectoryException inUse(Path file) {
        return new ColdDirectoryException(
                "a server or another donor uses " + file.getParent(), "Shut it down, or clone from the server itself.");
    }

    /** Chooses the file with the last shutdown; among copies, the one whose name the others continue. */
    private static Candidate first(List<Candidate> firsts) throws ColdDirectoryException {
        long newest =
                firsts.stream().mapToLong(file -> file.head().flushLsn()).max().orElseThrow();
        return only(
                firsts.stream().filter(file -> file.head().flushLsn() == newest).toList());
    }

    private static Candidate only(List<Candidate> alternatives) throws ColdDirectoryException {
        Candidate shortest = alternatives.stream()
                .min(Comparator.comparingInt(file -> file.name().length()))
                .orElseThrow();
        for (Candidate other : alternatives) {
            if (!other.name().startsWith(shortest.name())) {
                throw new ColdDirectoryException(
                        shortest.path() + " and " + other.path() + " are the same part of the system tablespace",
                        "One of them is a leftover; move it away.");
            }
        }
        return shortest;
    }

    private static List<Candidate> chain(Candidate first, List<Candidate> found) throws ColdDirectoryException {
        long wanted = first.head().spacePages();
        List<Candidate> files = new ArrayList<>(List.of(first));
        long pages = first.pages();
        while (pages < wanted) {
            long next = pages;
            List<Candidate> written = found.stream()
                    .filter(file -> file.start().isPresent() && file.start().getAsLong() == next)
                    .toList();
            Optional<Candidate> file =
                    written.isEmpty() ? unwritten(first, files, found, wanted - pages) : Optional.of(only(written));
            if (file.isEmpty()) {
                throw new ColdDirectoryException(
                        "part of the system tablespace is missing: page 0 of " + first.path() + " says " + wanted
                                + " pages, and "
                                + (files.size() == 1 ? "the file has " : files.size() + " files have ") + pages,
                        DIRECTORIES_HINT);
            }
            files.add(file.get());
            pages += file.get().pages();
        }
        return files;
    }

    /** Finds a file of zeros that is named like the first, or has exactly the number of missing pages. */
    private static Optional<Candidate> unwritten(
            Candidate first, List<Candidate> files, List<Candidate> found, long missing) {
        String stem = first.name().replaceAll("\\d+$", "");
        return found.stream()
                .filter(file -> file.start().isEmpty() && !files.contains(file))
                .filter(file -> file.name().matches("\\Q" + stem + "\\E\\d+") || file.pages() == missing)
                .min(Comparator.<Candidate>comparingInt(file -> file.name().length())
                        .thenComparing(Candidate::name));
    }

    /** Returns the files in order. */
    List<Path> paths() {
        return files.stream().map(Candidate::path).toList();
    }

    FirstPage firstPage() {
        return files.get(0).head();
    }

    /** Returns the only channel through which to read the file; empty for other files. */
    Optional<FileChannel> channel(Path file) {
        return Optional.ofNullable(channels.get(file));
    }

    @Override
    public void close() {
        synchronized (LOCKED) {
            try {
                for (FileChannel channel : channels.values()) {
                    channel.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                channels.clear();
                LOCKED.removeAll(keys);
            }
        }
    }
}
