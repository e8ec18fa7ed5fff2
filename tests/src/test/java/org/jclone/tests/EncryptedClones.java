package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.Servers;

/**
 * Clones of a donor with encrypted data: starts and opens them, and checks that no key is stored in plain text.
 */
record EncryptedClones(Servers servers, MySqlServer donor) {

    static final int PAGE_SIZE = 16384;

    CloneRequest.Builder request(Path directory, Path keyring) {
        return Clones.request(donor, directory)
                .tls(it -> it.withSslMode(SslMode.REQUIRED))
                .target(it -> it.withEncryption(EncryptionSettings.keyringFile(keyring)));
    }

    Path newKeyring() throws Exception {
        return Files.createDirectory(servers.newPath("k")).resolve("keyring");
    }

    MySqlServer start(Path directory, Path keyring) {
        List<String> options = new ArrayList<>(
                List.of("--data", directory.toString(), "--gtid", "--encrypt", "--keyring", keyring.toString()));
        options.addAll(List.of("--set", "innodb_redo_log_encrypt=ON", "--set", "innodb_undo_log_encrypt=ON"));
        return servers.create(options.toArray(String[]::new));
    }

    /**
     * Opens all keys with the keyring: every encrypted tablespace has its own key, no other has one, and all redo log
     * files share one. No key is found anywhere in binary or in hexadecimal.
     */
    Map<String, TablespaceKey> assertNoPlainKey(Path directory, Path keyring, TargetEncryption encryption)
            throws Exception {
        Map<String, TablespaceKey> keys = EncryptedFiles.keys(directory, keyring, PAGE_SIZE);
        List<byte[]> secrets = EncryptedFiles.secrets(keys.values());
        Map<Boolean, List<String>> redo =
                keys.keySet().stream().collect(Collectors.partitioningBy(name -> name.startsWith("#innodb_redo/")));
        assertThat(redo.get(true).stream().map(keys::get).distinct()).hasSize(1);
        assertThat(redo.get(false))
                .containsExactlyInAnyOrderElementsOf(EncryptedFiles.flagged(directory, PAGE_SIZE))
                .hasSize(encryption.tablespaces());
        assertThat(EncryptedFiles.containing(directory, secrets)).isEmpty();
        assertThat(EncryptedFiles.containing(keyring.getParent(), secrets)).isEmpty();
        assertThat(EncryptedFiles.containing(donor.folder().resolve("mysqld.log"), secrets))
                .isEmpty();
        return keys;
    }
}
