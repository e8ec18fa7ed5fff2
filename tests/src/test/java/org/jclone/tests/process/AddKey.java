package org.jclone.tests.process;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.encryption.KeyringFile;

/** Adds one master key to a keyring file. Tests kill this program while it writes. */
public final class AddKey {

    private AddKey() {}

    /** Returns the command that starts it. */
    public static List<String> command(Path keyring, String uuid) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                AddKey.class.getName(),
                keyring.toString(),
                uuid);
    }

    /** @param arguments the keyring, and the uuid in the key's name */
    public static void main(String... arguments) throws Exception {
        try (MasterKey key = MasterKey.random(new MasterKeyName(arguments[1], 1), new SecureRandom())) {
            new KeyringFile(Path.of(arguments[0])).add(key);
        }
    }
}
