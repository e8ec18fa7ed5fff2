package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.page.ExtentGeometry;

/** Compares a finished clone of made data with the expected files, byte by byte and name by name. */
final class FinalState {

    private static final int STEP = 1 << 20;

    private static final Set<String> RECIPIENTS_OWN =
            Set.of("#clone/#replace_files", "#clone/#status_fix", "#clone/#view_progress", "#clone/#view_status");

    /** Files that verification leaves. */
    private static final Set<String> MANIFEST = Set.of("#clone/jclone-manifest.json", "#clone/jclone-page-sums");

    private FinalState() {}

    static void assertIdentical(MadeData data, Path target) {
        assertIdentical(data, target, true);
    }

    static void assertIdentical(MadeData data, Path target, boolean verified) {
        Set<String> expected = new TreeSet<>(RECIPIENTS_OWN);
        expected.addAll(verified ? MANIFEST : Set.of());
        for (FinalFile file : data.finalFiles()) {
            expected.add(file.name());
            assertContent(data, file, target.resolve(file.name()));
        }
        Set<String> found = filesBelow(target);
        found.remove(".jclone-lock"); // left by a process killed after it was done
        assertThat(found).isEqualTo(expected);
    }

    /** Tablespaces longer than an extent have whole extents; redo log and dump are unchanged. */
    private static void assertContent(MadeData data, FinalFile file, Path path) {
        long size = file.flags().isTablespace()
                ? ExtentGeometry.alignedSize(file.size(), file.flags(), data.pageSize())
                : file.size();
        assertThat(path).isRegularFile();
        try (FileChannel channel = FileChannel.open(path)) {
            assertThat(channel.size()).as("size of %s", file.name()).isEqualTo(size);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-r-----");
            for (long at = 0; at < size; at += STEP) {
                compare(channel, file, at, (int) Math.min(STEP, size - at));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compares a MiB at each of the offsets, for files too long to read. */
    static void assertSamePlaces(MadeData data, Path target, long... offsets) {
        for (FinalFile file : data.finalFiles()) {
            try (FileChannel channel = FileChannel.open(target.resolve(file.name()))) {
                for (long offset : offsets) {
                    long length = Math.min(STEP, channel.size() - offset);
                    compare(channel, file, offset, (int) Math.max(0, length));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void compare(FileChannel channel, FinalFile file, long at, int length) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(length);
        while (found.hasRemaining()) {
            channel.read(found, at + found.position());
        }
        ByteBuffer expected = ByteBuffer.allocate(length);
        expected.limit((int) Math.max(0, Math.min(length, file.size() - at)));
        file.content().read(at, expected);
        int mismatch = expected.clear().mismatch(found.flip());
        if (mismatch >= 0) {
            fail("%s differs at offset %d", file.name(), at + mismatch);
        }
    }

    static Set<String> filesBelow(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .forEach(path -> names.add(folder.relativize(path).toString()));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
