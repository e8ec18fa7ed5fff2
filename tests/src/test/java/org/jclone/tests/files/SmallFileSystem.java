package org.jclone.tests.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/** A small file system that can fill up or fail. Only root may mount one. */
public final class SmallFileSystem implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final int MOST_ROOM = 64;

    private final List<String> mountCommand;
    private final Path mountPoint;

    private SmallFileSystem(List<String> mountCommand, Path mountPoint) {
        this.mountCommand = mountCommand;
        this.mountPoint = mountPoint;
    }

    /** Mounts one in memory; empty if this user may not mount. */
    public static Optional<SmallFileSystem> mount(Path mountPoint, int mebibytes) {
        return mount(List.of("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs"), mountPoint);
    }

    /** Mounts one with a journal, in the file {@code image}, that becomes read-only after an error. */
    public static Optional<SmallFileSystem> mountImage(Path image, Path mountPoint, int mebibytes) {
        boolean made = run(List.of("truncate", "-s", mebibytes + "M", image.toString()))
                && run(List.of("mkfs.ext4", "-q", "-F", image.toString()));
        return made
                ? mount(List.of("mount", "-o", "loop,errors=remount-ro", image.toString()), mountPoint)
                : Optional.empty();
    }

    private static Optional<SmallFileSystem> mount(List<String> mountCommand, Path mountPoint) {
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SmallFileSystem made = new SmallFileSystem(mountCommand, mountPoint);
        return made.mount() ? Optional.of(made) : Optional.empty();
    }

    private boolean mount() {
        List<String> command = new ArrayList<>(mountCommand);
        command.add(mountPoint.toString());
        return run(command);
    }

    public Path path() {
        return mountPoint;
    }

    public int usedMebibytes() throws IOException {
        FileStore store = Files.getFileStore(mountPoint);
        return (int) (store.getTotalSpace() - store.getUnallocatedSpace() >> 20);
    }

    /** Shrinks one in memory so that it soon fills up while others write to it. */
    public void shrink() throws IOException {
        int room = 1;
        while (!run(List.of("mount", "-o", sizeOption(usedMebibytes() + room), mountPoint.toString()))) {
            room *= 2; // the writers were faster
            if (room > MOST_ROOM) {
                throw new AssertionError("cannot shrink " + mountPoint);
            }
        }
    }

    /** Resizes one in memory. */
    public void resize(int mebibytes) {
        require("mount", "-o", sizeOption(mebibytes), mountPoint.toString());
    }

    private static String sizeOption(int mebibytes) {
        return "remount,size=" + mebibytes + "m";
    }

    /** Makes it read-only, or writable again. */
    public void protect(boolean readOnly) {
        require("mount", "-o", readOnly ? "remount,ro" : "remount,rw", mountPoint.toString());
    }

    /**
     * Makes a file system in an image read-only, as after a disk error. Unflushed data never reaches the image.
     */
    public void breakDown() {
        require("mount", "-o", "remount,abort", mountPoint.toString());
    }

    /** Mounts the one in an image again, with the contents of the image. */
    public void mountAgain() throws InterruptedException {
        require("umount", mountPoint.toString());
        awaitDetached();
        if (!mount()) {
            throw new AssertionError("cannot mount " + mountPoint);
        }
    }

    /**
     * A server that another test starts in a mount namespace of its own keeps the file system mounted there. While it
     * runs, a new mount finds the old state.
     */
    private void awaitDetached() throws InterruptedException {
        String image = mountCommand.get(mountCommand.size() - 1);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!RunningCommand.run(List.of("losetup", "--associated", image), Map.of(), TIMEOUT)
                .stdout()
                .isBlank()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(image + " is still in use");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static void require(String... command) {
        CommandResult result = RunningCommand.run(List.of(command), Map.of(), TIMEOUT);
        if (!result.succeeded()) {
            throw new AssertionError(String.join(" ", command) + ": " + result.stderr());
        }
    }

    private static boolean run(List<String> command) {
        return RunningCommand.run(command, Map.of(), TIMEOUT).succeeded();
    }

    @Override
    public void close() {
        require("umount", "-l", mountPoint.toString());
    }
}
