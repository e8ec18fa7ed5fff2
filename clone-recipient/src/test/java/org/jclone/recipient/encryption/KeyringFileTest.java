package org.jclone.recipient.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringFileTest {

    private static final String OTHER_KEY =
            "{\"user\":\"\",\"data_id\":\"other\",\"data_type\":\"SECRET\",\"data\":\"00FF\",\"extension\":[]}";

    @TempDir
    Path temp;

    private Path path;
    private KeyringFile file;

    @BeforeEach
    void name() {
        path = temp.resolve("keyring");
        file = new KeyringFile(path);
    }

    @Test
    void createsAFileThatOnlyItsOwnerCanRead() throws Exception {
        MasterKey key = key();
        file.check(temp.resolve("data"));
        assertThat(path).doesNotExist();
        file.add(key);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (Keyring keyring = file.read()) {
            assertThat(keyring.entries()).hasSize(1);
            assertThat(keyring.masterKey(key.name()).orElseThrow().toByteArray())
                    .isEqualTo(key.toByteArray());
        }
        assertNothingElseIsThere();
    }

    @Test
    void keepsTheKeysThatAreThere() throws Exception {
        Files.writeString(path, "{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + "]}");
        MasterKey key = key();
        file.add(key);

        assertThat(Files.readString(path))
                .startsWith("{\"version\":\"1.0\",\"elements\":[" + OTHER_KEY + ",{")
                .contains(key.name().keyringId());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertNothingElseIsThere();
    }

    @Test
    void readsAnEmptyFileAsAnEmptyKeyring() throws Exception {
        Files.createFile(path);
        file.add(key());
        assertThat(file.read().entries()).hasSize(1);
    }

    @Test
    void refusesOtherFormats() throws Exception {
        Files.writeString(path, "Keyring file version:2.0");
        assertRefused(
                () -> file.check(temp.resolve("data")), "is not a keyring of component_keyring_file: at offset 0:");
        assertRefused(() -> file.add(key()), "is not a keyring of component_keyring_file");
        assertThat(path).hasContent("Keyring file version:2.0");
        assertNothingElseIsThere();
    }

    @Test
    void refusesAFileThatTheServerWouldNotRead() throws Exception {
        Files.writeString(temp.resolve("keyring.backup"), "{}");
        assertRefused(() -> file.check(temp.resolve("data")), "has a backup, " + path + ".backup");

        Files.writeString(temp.resolve("keyring.backup"), "");
        file.check(temp.resolve("data"));
    }

    @Test
    void refusesUnusablePlaces() throws Exception {
        assertRefused(() -> file.check(temp), "lies in the data directory");
        assertRefused(
                () -> new KeyringFile(temp.resolve("missing/keyring")).check(temp.resolve("data")),
                "there is no directory " + temp.resolve("missing"));
        Files.createDirectory(path);
        assertRefused(() -> file.check(temp.resolve("data")), "is not a regular file of at most");
    }

    @Test
    void followsNoSymbolicLink() throws Exception {
        Path elsewhere = Files.createFile(temp.resolve("elsewhere"));
        Files.createSymbolicLink(path, elsewhere);
        assertRefused(() -> file.check(temp.resolve("data")), "is a symbolic link");
        assertRefused(() -> file.add(key()), "is a symbolic link");
        assertThat(elsewhere).isEmptyFile();
    }

    /** Reading the file and then replacing it would drop keys that others added in between. */
    @Test
    void keepsAllKeysThatAreAddedConcurrently() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<MasterKeyName>> clones = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                clones.add(() -> {
                    MasterKey key = key();
                    new KeyringFile(path).add(key);
                    return key.name();
                });
            }
            for (Future<MasterKeyName> added : pool.invokeAll(clones)) {
                try (Keyring keyring = file.read()) {
                    assertThat(keyring.masterKey(added.get())).isPresent();
                }
            }
        } finally {
            pool.shutdownNow();
        }
        assertNothingElseIsThere();
    }

    @Test
    void removesTheTemporaryCopyOfAKilledProcess() throws Exception {
        Files.createFile(temp.resolve("keyring.jclone-" + UUID.randomUUID()));
        Files.createFile(temp.resolve("keyring.jclone-lock"));
        file.add(key());
        assertNothingElseIsThere();
    }

    private void assertNothingElseIsThere() throws IOException {
        try (Stream<Path> list = Files.list(temp)) {
            assertThat(list).containsExactly(path);
        }
    }

    private static MasterKey key() {
        return MasterKey.random(new MasterKeyName(UUID.randomUUID().toString(), 1), new SecureRandom());
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(action)
                .withMessageContaining(message)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING));
    }
}
