package org.jclone.cli.defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code my_print_defaults} of 9.7 printed for the same files; the server tests compare again. */
class DefaultsTest {

    /** Written by mysql_config_editor of 9.7: login path jc with user "u" and password {@code se#c "x}. */
    private static final String LOGIN_PATHS =
            "0000000015120b0d021b071e131b0b0804090e1c111d140810000000b713ef2a7ebbcf78e5cd34b649b3457110"
                    + "00000054ee74e7c7b9460a68f469957a8347d720000000588397188ea5fa799f68fd71c838ecef0fa4799b6f1c"
                    + "a78cad834d1dbeef7976";

    private final List<String> warnings = new ArrayList<>();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "user=fromclient | user | fromclient",
                "password = \"a b#c\"   # comment | password | a b#c",
                "a=it's # x | a | it's # x",
                "b='it\\'s # x' # y | b | it's # x",
                "d=x\\\"y # z | d | x\"y # z",
                "g='a\" | g | 'a\"",
                "h=\" | h | \"",
                "i='' | i | ``",
                "l==v | l | =v",
                "p=a\\ | p | a\\",
                "q=\\x\\0\\'\\\"\\; | q | \\x\\0'\"\\;",
                "port = 33\\s06 | port | 33 06",
                "t=a\\#b | t | a\\",
                "bb=a'b'c # d | bb | a'b'c",
                "cc=\"a\"\"b\" | cc | a\"\"b",
                "n o=1 | n o | 1",
            })
    void readsALineAsMySqlDoes(String line, String name, String value) {
        assertThat(OptionLine.parse(line)).isEqualTo(new OptionLine(name, Optional.of(value)));
    }

    @Test
    void readsANameWithoutAValue() {
        assertThat(OptionLine.parse("bare # x")).isEqualTo(new OptionLine("bare", Optional.empty()));
        assertThat(OptionLine.parse("empty=")).isEqualTo(new OptionLine("empty", Optional.of("")));
    }

    @Test
    void ignoresTheCaseOfGroupsAndReadsThoseWithASuffix() throws Exception {
        Path file = write(
                "a.cnf", "; x\n[client]\na=1\n[CLIENT]\nb=1\n[ client ]\nc=1\n[client_x] # d\nd=1\n[other]\ne=1\n");
        assertThat(read(defaultsFile(file, Optional.empty()))).containsExactly("a=1", "b=1");
        assertThat(read(defaultsFile(file, Optional.of("_x")))).containsExactly("a=1", "b=1", "d=1");
    }

    @Test
    void includesFilesAndTheOptionFilesOfAFolderByName() throws Exception {
        Path folderOfFiles = Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(folderOfFiles.resolve("b.cnf"), "[client]\nin=b\n");
        Files.writeString(folderOfFiles.resolve("a.cnf"), "[client]\nin=a\n");
        Files.writeString(folderOfFiles.resolve("c.txt"), "[client]\nin=c\n");
        Path file = write(
                "a.cnf",
                "[client]\nbefore=1\n!includedir " + folderOfFiles + "\nafter=1\n!include " + folderOfFiles
                        + "/c.txt\n!other x\n!include " + folderOfFiles + "/none\n");
        assertThat(read(defaultsFile(file, Optional.empty())))
                .containsExactly("before=1", "in=a", "in=b", "after=1", "in=c");
    }

    @Test
    void stopsAtFilesThatIncludeEachOther() throws Exception {
        Path file = folder.resolve("a.cnf");
        write("a.cnf", "[client]\nx=1\n!include " + file + '\n');
        assertThat(read(defaultsFile(file, Optional.empty()))).hasSize(11);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void ignoresAFileThatEveryoneCanWrite() throws Exception {
        Path file = write("a.cnf", "[client]\na=1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
        assertThat(read(defaultsFile(file, Optional.empty()))).isEmpty();
        assertThat(warnings).containsExactly("every user of this machine can write " + file + "; ignoring it");
    }

    @ParameterizedTest
    @CsvSource({
        "x=1,an option without a group before it in,1",
        "[client,a group without ] in,1",
        "'[client]\n!include ',!include without a path in,2",
        "'[client]\n!includedir /nowhere/none',cannot list the folder that is included in,2",
    })
    void namesTheLineThatIsWrong(String text, String message, int line) throws Exception {
        Path file = write("a.cnf", text);
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(defaultsFile(file, Optional.empty())))
                .withMessage(message + ' ' + file + ", line " + line);
    }

    @Test
    void requiresAFileThatIsNamed() {
        Defaults missing = defaultsFile(folder.resolve("none"), Optional.empty());
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(missing))
                .withMessage("cannot read the option file " + folder.resolve("none"));
    }

    @Test
    void readsTheUsualFilesInOrder() throws Exception {
        write(".my.cnf", "[client]\na=home\n");
        write("my.cnf", "[client]\na=mysql home\n");
        Path extra = write("extra.cnf", "[client]\na=extra\n");
        Map<String, String> environment = Map.of("HOME", folder.toString(), "MYSQL_HOME", folder.toString());
        Defaults usual =
                new Defaults(false, Optional.empty(), Optional.of(extra), Optional.empty(), Optional.empty(), true);
        assertThat(read(usual, environment)).endsWith("a=mysql home", "a=extra", "a=home");
        Defaults none =
                new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
        assertThat(read(none, environment)).isEmpty();
    }

    @Test
    void readsWhatMysqlConfigEditorWrote() throws Exception {
        Path file = folder.resolve("login.cnf");
        Files.write(file, HexFormat.of().parseHex(LOGIN_PATHS));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> environment = Map.of("MYSQL_TEST_LOGIN_FILE", file.toString());
        Defaults path =
                new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("jc"), false);
        assertThat(read(path, environment)).containsExactly("user=u", "password=se#c \"x");
        Defaults withoutPath =
                new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
        assertThat(read(withoutPath, environment)).isEmpty();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(read(withoutPath, environment)).isEmpty();
        assertThat(warnings).hasSize(1);
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(path, environment))
                .withMessage("--login-path: " + file + " must be readable and writable by its owner only (chmod 600)");
    }

    @Test
    void namesTheFileThatLacksALoginPath() throws Exception {
        Path file = folder.resolve("login.cnf");
        Map<String, String> environment = Map.of("MYSQL_TEST_LOGIN_FILE", file.toString());
        Defaults wrong =
                new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("jd"), false);
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(wrong, environment))
                .withMessage("--login-path: " + file + " does not exist; create it with mysql_config_editor set");
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(wrong, Map.of()))
                .withMessage("--login-path: HOME is not set, so there is no file of login paths");
        Files.write(file, HexFormat.of().parseHex(LOGIN_PATHS));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatExceptionOfType(DefaultsException.class)
                .isThrownBy(() -> read(wrong, environment))
                .withMessage("there is no login path jd in " + file
                        + "; mysql_config_editor print --all shows the existing ones");
    }

    /** Files that a test can write belong to root only if root runs the tests. */
    @Test
    void bindsOthersByAFileThatOnlyRootCanWrite() throws Exception {
        Path file = write("a.cnf", "[client]\na=1\n");
        boolean root = Files.getOwner(file).getName().equals("root");
        assertThat(Defaults.binding(List.of(file, folder.resolve("none")), Set.of("client")))
                .hasSize(root ? 1 : 0);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(Defaults.binding(List.of(file), Set.of("client"))).isEmpty();
    }

    @Test
    void namesATruncatedLoginFile() throws Exception {
        byte[] whole = HexFormat.of().parseHex(LOGIN_PATHS);
        Path file = folder.resolve("login.cnf");
        for (int length = 1; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            if (isWholeLines(whole, length)) {
                continue;
            }
            Defaults path =
                    new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("jc"), false);
            assertThatExceptionOfType(DefaultsException.class)
                    .isThrownBy(() -> read(path, Map.of("MYSQL_TEST_LOGIN_FILE", file.toString())))
                    .withMessageContaining("is truncated");
        }
    }

    /** Whether the file could have ended there: after its key, and after each line. */
    private static boolean isWholeLines(byte[] file, int length) {
        int end = 24;
        while (end < length) {
            end += 4 + file[end];
        }
        return end == length;
    }

    private static Defaults defaultsFile(Path file, Optional<String> suffix) {
        return new Defaults(false, Optional.of(file), Optional.empty(), suffix, Optional.empty(), true);
    }

    private List<String> read(Defaults defaults) throws DefaultsException {
        return read(defaults, Map.of());
    }

    private List<String> read(Defaults defaults, Map<String, String> environment) throws DefaultsException {
        return defaults.read(List.of("client"), environment, warnings::add).stream()
                .map(entry ->
                        entry.name() + entry.value().map(value -> '=' + value).orElse(""))
                .toList();
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }
}
