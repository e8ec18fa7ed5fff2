package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A system call that fails as if the disk were broken, full, or read-only. {@code strace} makes it, inside the kernel's
 * entry: nothing in the program knows of it.
 *
 * @param lasting whether all such calls fail from there on, and not only the one
 */
public record DiskFault(SystemCall call, Errno errno, boolean lasting) {

    /** What the kernel says, and its words for it. */
    public enum Errno {
        EIO("Input/output error"),
        ENOSPC("No space left on device"),
        EDQUOT("Disk quota exceeded"),
        EROFS("Read-only file system");

        private final String words;

        Errno(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }

        public boolean isFull() {
            return this == ENOSPC || this == EDQUOT;
        }
    }

    /** Any kind of call, any file that had such a call, any of those calls. */
    public static DiskFault choose(List<SystemCall> calls, Random random) {
        List<String> names =
                calls.stream().map(SystemCall::name).distinct().sorted().toList();
        String name = names.get(random.nextInt(names.size()));
        List<SystemCall> named =
                calls.stream().filter(call -> call.name().equals(name)).toList();
        List<String> files =
                named.stream().map(SystemCall::file).distinct().sorted().toList();
        String file = files.get(random.nextInt(files.size()));
        List<SystemCall> ofFile =
                named.stream().filter(call -> call.file().equals(file)).toList();
        SystemCall call = ofFile.get(random.nextInt(ofFile.size()));
        List<Errno> errnos = possible(name);
        return new DiskFault(call, errnos.get(random.nextInt(errnos.size())), random.nextBoolean());
    }

    private static List<Errno> possible(String name) {
        return switch (name) {
            case "read", "pread64" -> List.of(Errno.EIO);
            case "fsync", "fdatasync", "fallocate" -> List.of(Errno.EIO, Errno.ENOSPC);
            case "unlink", "chmod", "ftruncate" -> List.of(Errno.EIO, Errno.EROFS);
            default -> List.of(Errno.values());
        };
    }

    /** Whether calls can be made to fail here: {@code strace} is there, and may trace. */
    public static boolean isPossible() {
        try {
            return new ProcessBuilder("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync", "true")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What to put before a command, so that its calls are noted. */
    public static List<String> recorder(Path log) {
        return strace(log, List.of("-s", "0", "-e", "trace=" + String.join(",", SystemCall.NAMES)));
    }

    /** The calls for {@code folder} that were noted. */
    public static List<SystemCall> recorded(Path log, Path folder) throws IOException {
        return SystemCall.read(log, folder);
    }

    /** What to put before a command, so that it meets this fault in {@code folder}. */
    public List<String> injector(Path log, Path folder) {
        String what = "error=" + errno + ":when=" + call.ordinal() + (lasting ? "+" : "");
        return injector(log, pathIn(folder), call.name(), what);
    }

    /**
     * What to put before a command, so that something happens to it when it makes a call for a file.
     *
     * @param what as {@code strace} has it, such as {@code signal=KILL}
     */
    public static List<String> injector(Path log, Path file, String call, String what) {
        return strace(log, List.of("-P", file.toString(), "-e", "trace=" + call, "-e", "inject=" + call + ":" + what));
    }

    public Path pathIn(Path folder) {
        return call.file().isEmpty() ? folder : folder.resolve(call.file());
    }

    /** Whether the fault was met. */
    public static boolean wasMade(Path log) throws IOException {
        return Files.exists(log) && Files.readString(log).contains("(INJECTED)");
    }

    private static List<String> strace(Path log, List<String> options) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-y", "-o", log.toString()));
        command.addAll(options);
        return command;
    }
}
