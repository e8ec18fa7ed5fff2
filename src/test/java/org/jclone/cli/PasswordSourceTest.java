package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PasswordSourceTest {

    private final TestContext program = new TestContext();
    private final List<String> warnings = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = folder.resolve("password");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    @Test
    void thePasswordIsEmptyWithoutAnOption() throws UsageException {
        assertThat(read()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void readsTheEnvironmentWithoutAnOption() throws UsageException {
        program.withEnvironment(Map.of("MYSQL_PWD", "from environment"));
        assertThat(read()).isEqualTo("from environment");
        assertThat(read("--password=from option")).isEqualTo("from option");
    }

    @Test
    void prefersASystemdCredentialToTheEnvironment() throws Exception {
        Files.writeString(folder.resolve("jclone.password"), "from systemd\n");
        program.withEnvironment(Map.of("MYSQL_PWD", "from environment", "CREDENTIALS_DIRECTORY", folder.toString()));
        assertThat(read()).isEqualTo("from systemd");
        assertThat(read("--password=from option")).isEqualTo("from option");
        Files.delete(folder.resolve("jclone.password"));
        assertThat(read()).isEqualTo("from environment");
    }

    /** Like a file in a directory without search permission, a link to itself is neither present nor missing. */
    @Test
    void reportsAnUnreadableCredential() throws Exception {
        Files.createSymbolicLink(folder.resolve("jclone.password"), folder.resolve("jclone.password"));
        program.withEnvironment(Map.of("CREDENTIALS_DIRECTORY", folder.toString()));
        assertThatThrownBy(this::read)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("credential: cannot read " + folder);
    }

    @Test
    void readsAnOpenDescriptor() throws Exception {
        Files.writeString(file, "from a descriptor\n");
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            Path descriptor;
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                descriptor =
                        open.filter(link -> isLinkTo(link, file)).findFirst().orElseThrow();
            }
            assertThat(read("--password-fd=" + descriptor.getFileName())).isEqualTo("from a descriptor");
            assertThat(in.available()).isPositive();
        }
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password-fd=65535"))
                .withMessage("--password-fd: cannot read /dev/fd/65535: there is no such file");
    }

    private static boolean isLinkTo(Path link, Path target) {
        try {
            return Files.readSymbolicLink(link).equals(target.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void promptsIfTheOptionHasNoValue() throws UsageException {
        program.withTypedPassword("typed");
        assertThat(read("--password")).isEqualTo("typed");
        assertThat(warnings).isEmpty();
    }

    @Test
    void refusesToPromptWithoutATerminal() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("-p"))
                .withMessage("cannot ask for a password without a terminal; use --password-file");
    }

    @Test
    void warnsAboutAPasswordOnTheCommandLineWithoutRepeatingIt() throws UsageException {
        assertThat(read("--password=on the line")).isEqualTo("on the line");
        assertThat(warnings)
                .hasSize(1)
                .allSatisfy(text ->
                        assertThat(text).contains("can be seen by every user").doesNotContain("on the line"));
    }

    @Test
    void doesNotWarnAboutAnEmptyPassword() throws UsageException {
        assertThat(read("--password=")).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void readsTheFirstLineOfAFile() throws Exception {
        for (String content : List.of("gehe¡m", "gehe¡m\n", "gehe¡m\r\n", "gehe¡m\nsecond line\n")) {
            Files.writeString(file, content);
            assertThat(read("--password-file", file.toString())).isEqualTo("gehe¡m");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void warnsAboutAFileThatEveryoneCanRead() throws Exception {
        Files.writeString(file, "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(read("--password-file", file.toString())).isEqualTo("secret");
        assertThat(warnings)
                .containsExactly("warning: every user of this machine can read " + file + "; run chmod 600 on it");
    }

    @Test
    void refusesFilesThatCannotContainAPassword() throws Exception {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password-file", folder.resolve("none").toString()))
                .withMessageEndingWith("none: there is no such file");
        Files.writeString(file, "x".repeat(4097));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password-file", file.toString()))
                .withMessageEndingWith("is longer than 4096 bytes");
        Files.write(file, new byte[] {(byte) 0xc3, (byte) 0x28});
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password-file", file.toString()))
                .withMessageEndingWith("is not UTF-8");
    }

    @Test
    void refusesTwoSources() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password=x", "--password-file", file.toString()))
                .withMessage("--password and --password-file exclude each other");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("--password=x", "--password-fd=3"))
                .withMessage("--password-fd excludes --password and --password-file");
    }

    @Test
    void readsEachFactor() throws Exception {
        Files.writeString(file, "two\nlines\n");
        assertThat(readAll("--password=one", "--password2-file=" + file, "--password3=three"))
                .containsExactly("one", "two", "three");
        assertThat(warnings).hasSize(2).element(1).asString().contains("use --password3-file instead");
        assertThat(readAll("--password=one")).containsExactly("one");
        assertThatThrownBy(() -> readAll("--password3=x"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--password3 needs --password2");
        assertThatThrownBy(() -> readAll("--password2=x", "--password2-file=" + file))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("exclude each other");
    }

    private List<String> readAll(String... more) throws UsageException {
        try (Password all = new PasswordSource(program.context(), warnings::add).read(options(more))) {
            return IntStream.range(0, all.factors())
                    .mapToObj(factor -> new String(all.toUtf8(factor), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private String read(String... more) throws UsageException {
        return readAll(more).get(0);
    }

    private ConnectionOptions options(String... more) {
        List<String> args = new ArrayList<>(List.of("fetch", "--donor=db1", "--user=u", "--dir=/data"));
        args.addAll(List.of(more));
        CommandLine fetch = program.parse(args.toArray(String[]::new));
        return (ConnectionOptions)
                fetch.getCommandSpec().mixins().get("connection").userObject();
    }
}
