package org.jclone.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Role;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {

    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);

    @TempDir
    private Path folder;

    private Path file(String content, String mode) throws IOException {
        Path file = folder.resolve("tokens");
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void readsRolesNamesAndTokens() throws Exception {
        ApiTokens tokens =
                TokenFile.read(file("# for CI\n\nread grafana " + A + "\n operate  ci\t" + B + " \n", "rw-------"));
        assertThat(tokens.caller(A)).contains(new Caller("token grafana", Role.READ));
        assertThat(tokens.caller(B)).contains(new Caller("token ci", Role.OPERATE));
        assertThat(tokens.caller("c".repeat(32))).isEmpty();
        assertThat(tokens.caller("")).isEmpty();
        assertThat(ApiTokens.NONE.caller(A)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----,false", "rw----r--,false", "rwx------,false", "rw-------,true", "r--------,true"})
    void refusesAFileThatOthersCanRead(String mode, boolean accepted) throws IOException {
        Path file = file("read a " + A, mode);
        if (accepted) {
            assertThat(read(file)).isEmpty();
        } else {
            assertThat(read(file)).contains("mode 0600 is expected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "admin a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,the role read or operate",
        "read aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,three words",
        "read a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b,three words",
        "read a/b aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,a name of letters",
        "read a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,32 to 512 characters"
    })
    void namesTheLineOfAFaultButNotTheToken(String line, String expected) throws IOException {
        assertThat(read(file("# first\n" + line + "\n", "rw-------")))
                .contains("line 2: ")
                .contains(expected)
                .doesNotContain("aaaa");
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThat(read(folder)).contains("not a regular file");
        assertThat(read(folder.resolve("none"))).contains("cannot read");
    }

    /** Returns what is wrong; empty for nothing. */
    private static String read(Path file) {
        try {
            TokenFile.read(file);
            return "";
        } catch (CloneException e) {
            assertThat(e.hint()).contains("0600");
            return e.getMessage();
        }
    }

    @Test
    void doesNotAcceptAnEmptyToken() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> ApiTokens.parse(List.of("read a")));
    }
}
