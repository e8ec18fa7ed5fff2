package org.jclone.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.KeyringFormatException;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.process.AddKey;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Requirement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wherever the write of a keyring is killed or fails, either the old or the new keyring is complete. */
class KeyringCrashIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final MasterKeyName KEY = new MasterKeyName("11111111-1111-1111-1111-111111111111", 1);
    private static final MasterKeyName NEXT = new MasterKeyName("22222222-2222-2222-2222-222222222222", 1);

    private static final String OTHER_KEY = "{\"user\":\"\",\"data_id\":\"INNODBKey-of-somebody-else\","
            + "\"data_type\":\"AES\",\"data\":\"00FF\",\"extension\":[]}";

    private static final List<String> CALLS = List.of("pwrite64", "chmod", "fsync", "rename");
    private static final Pattern LINE = Pattern.compile("^(\\d+) +([a-z0-9]+)\\((.*)$");

    /**
     * One step of the write.
     *
     * @param ordinal counts the calls of that name by one thread, from 1
     * @param of the object of the call: the copy, the keyring or the directory
     */
    private record Step(String call, int ordinal, String of) {}

    @TempDir
    Path folder;

    @BeforeAll
    static void needsStrace() {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
    }

    @ParameterizedTest
    @CsvSource({"false, signal=KILL", "true, signal=KILL", "true, error=EIO"})
    void leavesTheOldOrTheNewKeyring(boolean exists, String fault) throws Exception {
        List<Step> steps = steps(exists);
        assertThat(steps.stream().map(step -> step.call() + ' ' + step.of()))
                .as("flushed before it gets its name, and renamed before another process can read the key")
                .containsExactly("chmod copy", "pwrite64 copy", "fsync copy", "rename copy", "fsync folder");

        List<Boolean> added = new ArrayList<>();
        for (Step step : steps) {
            added.add(meet(step, exists, fault));
        }
        // The rename decides. A call that fails has no effect; a killed process has made all earlier calls.
        assertThat(added).containsExactly(false, false, false, false, true);
    }

    private Path keyring(String name, boolean exists) throws IOException {
        Path keyring = Files.createDirectory(folder.resolve(name)).resolve("keyring");
        if (exists) {
            Files.writeString(keyring, "{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + "]}");
            Files.setPosixFilePermissions(keyring, PosixFilePermissions.fromString("rw-------"));
        }
        return keyring;
    }

    private static CommandResult run(List<String> tool, Path keyring) {
        List<String> command = new ArrayList<>(tool);
        command.addAll(AddKey.command(keyring, KEY.serverUuid()));
        return RunningCommand.run(command, Map.of(), TIMEOUT);
    }

    /** Uses no filter in the kernel, which would be faster but sends no signals. */
    private static List<String> strace(Path log, String... options) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-o", log.toString()));
        command.addAll(List.of(options));
        return command;
    }

    /** The result of one run. */
    private List<Step> steps(boolean exists) throws IOException {
        Path keyring = keyring("steps", exists);
        Path log = folder.resolve("steps.log");
        CommandResult result = run(strace(log, "-e", "trace=" + String.join(",", CALLS)), keyring);
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        Map<String, Integer> counts = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (String text : Files.readAllLines(log)) {
            Matcher line = LINE.matcher(text);
            if (!line.matches()) {
                continue;
            }
            int ordinal = counts.merge(line.group(1) + line.group(2), 1, Integer::sum);
            if (line.group(3).contains(keyring.getParent().toString())) {
                steps.add(new Step(line.group(2), ordinal, object(line.group(3))));
            }
        }
        return steps;
    }

    private static String object(String arguments) {
        if (arguments.contains("keyring.jclone-")) {
            return "copy";
        }
        return arguments.contains("/keyring") ? "keyring" : "folder";
    }

    /** Returns whether the key is then in the keyring. */
    private boolean meet(Step step, boolean exists, String fault) throws Exception {
        String name = step.call() + step.ordinal();
        Path keyring = keyring(name, exists);
        Path log = folder.resolve(name + ".log");
        String inject = "inject=" + step.call() + ':' + fault + ":when=" + step.ordinal();
        CommandResult result = run(strace(log, "-e", "trace=" + step.call(), "-e", inject), keyring);
        boolean killed = fault.startsWith("signal");
        assertThat(Files.readString(log))
                .as("%s of %s", fault, step)
                .contains(killed ? "killed by SIGKILL" : "INJECTED");
        assertThat(result.exitStatus()).isNotZero();

        boolean added = holds(keyring, KEY, exists);
        try (Stream<Path> left = Files.list(keyring.getParent())) {
            for (Path file : left.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }

        AddKey.main(keyring.toString(), NEXT.serverUuid());
        assertThat(holds(keyring, NEXT, exists)).as("after the next run").isTrue();
        assertThat(holds(keyring, KEY, exists)).isEqualTo(added);
        assertThat(keyring.getParent().toFile().list()).as("no copy remains").containsExactly("keyring");
        return added;
    }

    /** Returns whether the keyring has the key. It must always have its earlier keys. */
    private static boolean holds(Path file, MasterKeyName key, boolean exists) throws IOException {
        if (!exists && Files.notExists(file)) {
            return false;
        }
        byte[] content = Files.readAllBytes(file);
        assertThat(new String(content, UTF_8).contains(OTHER_KEY)).isEqualTo(exists);
        try (Keyring keyring = Keyring.decode(content)) {
            return keyring.masterKey(key).isPresent();
        } catch (KeyringFormatException e) {
            throw new AssertionError("incomplete: " + e.getMessage(), e);
        }
    }
}
