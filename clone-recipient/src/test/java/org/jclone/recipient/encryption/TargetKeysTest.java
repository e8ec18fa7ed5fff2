package org.jclone.recipient.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetKeysTest {

    private static final TablespaceKey KEY = TablespaceKey.of(new byte[TablespaceKey.LENGTH]);

    @TempDir
    Path temp;

    @Test
    void createsOneKeyOnDemand() throws Exception {
        Path file = temp.resolve("keyring");
        try (TargetKeys keys = new TargetKeys(EncryptionSettings.keyringFile(file), true)) {
            assertThat(keys.masterKeyName()).isEmpty();
            assertThat(file).doesNotExist();

            keys.require("file ./s/a.ibd");
            keys.require("file ./s/b.ibd");

            MasterKeyName name = keys.masterKeyName().orElseThrow();
            try (Keyring keyring = Keyring.decode(Files.readAllBytes(file))) {
                assertThat(keyring.entries()).hasSize(1);
                assertThat(keyring.masterKey(name)).isPresent();
            }
        }
    }

    /** Keys may arrive before jclone knows that anything is encrypted: DDL can add an encrypted table at any time. */
    @Test
    void overwritesFreedMemoryAsSoonAsKeysMayArrive() throws Exception {
        try (TargetKeys keys = new TargetKeys(EncryptionSettings.keyringFile(temp.resolve("keyring")), true)) {
            assertThat(FreedMemory.isOverwritten()).isFalse();
            keys.expect();
            keys.expect();
            assertThat(FreedMemory.isOverwritten()).isTrue();
        }
        assertThat(FreedMemory.isOverwritten()).isFalse();
    }

    @Test
    void leavesFreedMemoryAloneIfItAcceptsNoKeys() throws Exception {
        try (TargetKeys plainText = new TargetKeys(EncryptionSettings.keyringFile(temp.resolve("keyring")), false);
                TargetKeys noKeyring = new TargetKeys(EncryptionSettings.NONE, true)) {
            plainText.expect();
            noKeyring.expect();
            assertThat(FreedMemory.isOverwritten()).isFalse();
        }
    }

    @Test
    void refusesKeysInClearText() {
        TargetKeys keys = new TargetKeys(EncryptionSettings.keyringFile(temp.resolve("keyring")), false);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> keys.require("file ./s/a.ibd"))
                .withMessage("the donor's file ./s/a.ibd is encrypted, and its key would come in clear text")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ENCRYPTION_NEEDS_TLS));
        assertThat(temp.resolve("keyring")).doesNotExist();
    }

    @Test
    void refusesAnEncryptedDonorWithoutKeyring() {
        TargetKeys keys = new TargetKeys(EncryptionSettings.NONE, true);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> keys.require("redo file 0"))
                .withMessageContaining("redo file 0 is encrypted, and there is no keyring for its key")
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING);
                    assertThat(failure.hint()).contains("--keyring-file");
                });
    }

    @Test
    void usesThePublicKeyOnlyOnRequest() throws Exception {
        try (TargetKeys keys = new TargetKeys(new EncryptionSettings(Optional.empty(), true), true)) {
            keys.require("file ./s/a.ibd");
            assertThat(keys.masterKeyName()).contains(MasterKeyName.DEFAULT);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EncryptionSettings(Optional.of(temp.resolve("keyring")), true));
    }

    @Test
    void reportsItsKeyOnceItIsOnDiskAndResumesWithIt() throws Exception {
        Path file = temp.resolve("keyring");
        EncryptionSettings settings = EncryptionSettings.keyringFile(file);
        List<MasterKeyName> noted = new ArrayList<>();
        Bytes wrapped;
        try (TargetKeys keys = new TargetKeys(settings, true)) {
            keys.logTo(name -> {
                assertThat(new KeyringFile(file).read().masterKey(name)).isPresent();
                noted.add(name);
            });
            keys.require("file ./s/a.ibd");
            keys.require("file ./s/b.ibd");
            wrapped = keys.wrap(KEY);
        }
        assertThat(noted).hasSize(1);

        byte[] before = Files.readAllBytes(file);
        try (TargetKeys again = new TargetKeys(settings, true)) {
            again.resume(Optional.of(noted.get(0)));
            again.require("file ./s/c.ibd");
            assertThat(again.wrap(KEY)).isEqualTo(wrapped);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (TargetKeys none = new TargetKeys(settings, true)) {
            none.resume(Optional.empty());
            assertThat(none.masterKeyName()).isEmpty();
        }
    }

    @Test
    void refusesToResumeWithoutTheKeyOfTheClone() throws Exception {
        MasterKeyName name = new MasterKeyName("u".repeat(36), 1);
        Path file = temp.resolve("keyring");
        for (EncryptionSettings settings : List.of(
                EncryptionSettings.NONE,
                EncryptionSettings.keyringFile(file),
                new EncryptionSettings(Optional.empty(), true))) {
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> new TargetKeys(settings, true).resume(Optional.of(name)))
                    .withMessageStartingWith(
                            "the keys of the unfinished clone are wrapped with " + name + ", which is not available")
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.KEYRING));
        }
        assertThat(file).doesNotExist();
        try (TargetKeys keys = new TargetKeys(new EncryptionSettings(Optional.empty(), true), true)) {
            keys.resume(Optional.of(MasterKeyName.DEFAULT));
            assertThat(keys.masterKeyName()).contains(MasterKeyName.DEFAULT);
        }
    }

    @Test
    void wrapsNothingAfterItWasClosed() throws Exception {
        TargetKeys keys = new TargetKeys(new EncryptionSettings(Optional.empty(), true), true);
        keys.require("file ./s/a.ibd");
        keys.close();
        assertThatIllegalStateException().isThrownBy(() -> keys.wrap(TablespaceKey.of(new byte[64])));
    }
}
