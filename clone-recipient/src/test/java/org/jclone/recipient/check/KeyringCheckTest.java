package org.jclone.recipient.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringCheckTest {

    @TempDir
    private Path folder;

    private Finding find(EncryptionSettings settings, Optional<Boolean> encrypted) {
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", 3306))
                .login(LoginSettings.of("u", Password.empty()))
                .target(it -> it.withDirectory(folder.resolve("data")).withEncryption(settings))
                .build();
        return new KeyringCheck(request).find(encrypted);
    }

    private Finding keyring(Path file) {
        return find(EncryptionSettings.keyringFile(file), Optional.of(true));
    }

    private void assertProblem(Path file, String text, String why) {
        Finding found = keyring(file);
        assertThat(found.failure()).describedAs(found.text()).contains(CloneErrorCode.KEYRING);
        assertThat(found.text()).contains(text);
        assertThat(found.why()).contains(why);
    }

    @Test
    void isNeededForEncryptedDataOnly() {
        Finding missing = find(EncryptionSettings.NONE, Optional.of(true));
        assertThat(missing.failure()).contains(CloneErrorCode.KEYRING);
        assertThat(missing.why()).contains("--keyring-file=PATH");
        assertThat(find(EncryptionSettings.NONE, Optional.of(false)).state()).isEqualTo(Finding.State.OK);
        assertThat(find(EncryptionSettings.NONE, Optional.empty()).state()).isEqualTo(Finding.State.UNKNOWN);
        Finding publicKey = find(new EncryptionSettings(Optional.empty(), true), Optional.of(true));
        assertThat(publicKey.state()).isEqualTo(Finding.State.WARNING);
        assertThat(publicKey.statements()).containsExactly("ALTER INSTANCE ROTATE INNODB MASTER KEY;");
    }

    @Test
    void canBeCreatedOrExtended() throws IOException {
        Path file = folder.resolve("keyring");
        assertThat(keyring(file).state()).isEqualTo(Finding.State.OK);
        assertThat(keyring(file).text()).contains("can be created");
        assertThat(file).doesNotExist();

        Files.write(file, Keyring.empty().encode());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(keyring(file).state()).isEqualTo(Finding.State.OK);
        assertThat(keyring(file).text()).contains("can store a new master key");
    }

    @Test
    void warnsOfAFileThatOthersCanRead() throws IOException {
        Path file = Files.write(folder.resolve("keyring"), Keyring.empty().encode());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(keyring(file).state()).isEqualTo(Finding.State.WARNING);
        assertThat(keyring(file).statements()).containsExactly("chmod 600 " + file);
    }

    @Test
    void cannotBeUsed() throws IOException {
        assertProblem(folder.resolve("none").resolve("keyring"), "there is no directory", "install -d -m 0750");
        assertProblem(folder.resolve("data").resolve("keyring"), "lies in the data directory", "Give a path outside");
        assertProblem(
                Files.writeString(folder.resolve("text"), "no keyring at all, but text"),
                "is not a keyring",
                "component");
        assertProblem(Files.createDirectory(folder.resolve("folder")), "is not a regular file", "another path");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("text"));
        assertProblem(link, "is a symbolic link", "points to");
        Files.writeString(folder.resolve("kept.backup"), "x");
        assertProblem(folder.resolve("kept"), "has a backup", "Start and stop the server");
    }

    @Test
    void isCheckedRegardlessOfTheDonorsData() {
        Path file = folder.resolve("none").resolve("keyring");
        assertThat(find(EncryptionSettings.keyringFile(file), Optional.of(false))
                        .failure())
                .contains(CloneErrorCode.KEYRING);
    }
}
