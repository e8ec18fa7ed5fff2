package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A system call that fails as if the disk were broken, full or read-only. {@code strace} injects the error at the entry
 * to the kernel, so the program does not know.
 *
 * @param lasting whether all such calls fail from then on, not only one
 */
public record DiskFault(SystemCall call, Errno errno, boolean lasting) {

    /** The error that the kernel returns, and its text. */
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

    /** Chooses a kind of call, a file with such a call, and one of those calls, at random. */
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

    /** Returns whether faults can be injected here: {@code strace} exists and may trace. */
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

    /** The command prefix that records its calls. */
    public static List<String> recorder(Path log) {
        return strace(log, List.of("-s", "0", "-e", "trace=" + String.join(",", SystemCall.NAMES)));
    }

    /** The recorded calls on {@code folder}. */
    public static List<SystemCall> recorded(Path log, Path folder) throws IOException {
        return SystemCall.read(log, folder);
    }

    /** The command prefix that injects this fault in {@code folder}. */
    public List<String> injector(Path log, Path folder) {
        String what = "error=" + errno + ":when=" + call.ordinal() + (lasting ? "+" : "");
        return injector(log, pathIn(folder), call.name(), what);
    }

    /**
     * The command prefix that injects an action into a system call on a file.
     *
     * @param what in the syntax of {@code strace}, such as {@code signal=KILL}
     */
    public static List<String> injector(Path log, Path file, String call, String what) {
        return strace(log, List.of("-P", file.toString(), "-e", "trace=" + call, "-e", "inject=" + call + ":" + what));
    }

    public Path pathIn(Path folder) {
        return call.file().isEmpty() ? folder : folder.resolve(call.file());
    }

    /** Tells whether the fault occurred. */
    public static boolean wasMade(Path log) throws IOException {
        return Files.exists(log) && Files.readString(log).contains("(INJECTED)");
    }

    private static List<String> strace(Path log, List<String> options) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-y", "-o", log.toString()));
        command.addAll(options);
        return command;
    }
}
