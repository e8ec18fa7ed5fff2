package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.cli.option.UsageHelp;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of each command begins with examples, and they are true. */
class ExamplesTest {

    /** Run until a signal, take seconds, or need a configuration or a mysqld. */
    private static final Set<String> NOT_RUN = Set.of("demo", "daemon", "plan", "provision");

    private final TestContext program = new TestContext().withTypedPassword("secret");

    @TempDir
    private Path folder;

    @Test
    void showsThreeExamplesWithoutArguments() {
        assertThat(program.run()).isZero();
        assertThat(program.out()).startsWith("Examples:\n  # ");
        assertThat(program.out()
                        .lines()
                        .takeWhile(line -> !line.isEmpty())
                        .filter(line -> line.startsWith("  jclone ")))
                .hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpBeginsWithExamplesOfTheCommand(String command) {
        assertThat(program.run(command, "--help")).isZero();
        assertThat(program.out()).matches("(?s)Examples:\n  # .*[.?]\n  jclone " + command + "\\b.*\n\nUsage: .*");
        assertThat(program.out().lines().takeWhile(line -> !line.isEmpty()))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAreNoUsageErrors(String example) throws IOException {
        assertThat(example).as("needs no quotes").doesNotContainPattern("['\"$`*]");
        String[] words = example.split(" +");
        assertThat(words[0]).isEqualTo("jclone");
        String[] typed = Stream.of(words).skip(1).map(this::elsewhere).toArray(String[]::new);
        program.parse(typed);
        if (!NOT_RUN.contains(typed[0])) {
            assertThat(program.run(typed)).as(program.err()).isNotEqualTo(CloneErrorCode.USAGE.exitStatus());
        }
    }

    /** Returns the argument with files and hosts of this test. */
    private String elsewhere(String word) {
        try {
            Path file = folder.resolve("file");
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, "secret\n");
            }
            return word.replaceFirst("/etc/jclone/\\w+\\.pw|/var/log/.*|clone\\.tee\\.gz", file.toString())
                    .replaceFirst("/var/lib/mysql", folder + "/mysql")
                    .replaceFirst("=db\\d(\\.example\\.com)?", "=127.0.0.1:" + closedPort());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    static Stream<String> commands() {
        return all().getSubcommands().keySet().stream();
    }

    /** Returns the command lines of all examples, lines that end with a backslash joined. */
    static List<String> examples() {
        List<String> lines = new ArrayList<>(UsageHelp.examples(all().getCommandSpec()));
        commands()
                .forEach(name -> lines.addAll(
                        UsageHelp.examples(all().getSubcommands().get(name).getCommandSpec())));
        return String.join("\n", lines)
                .replace("\\\n", "")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static CommandLine all() {
        return new Jclone(new TestContext().context()).commandLine("");
    }
}
