package org.jclone.donor.api;

import static org.jclone.protocol.wire.FieldWriter.requireNoNul;

import java.util.Objects;
import org.jclone.protocol.auth.AuthPlugin;

/**
 * An account that may log in from any host.
 *
 * @param password may be empty
 * @param plugin authentication plugin; a donor does not support mysql_clear_password
 * @param backupAdmin whether the account has the privilege to clone, BACKUP_ADMIN
 */
public record Account(String user, String password, AuthPlugin plugin, boolean backupAdmin) {

    public Account {
        requireNoNul("user", user);
        requireNoNul("password", password);
        Objects.requireNonNull(plugin, "plugin");
        if (plugin == AuthPlugin.MYSQL_CLEAR_PASSWORD) {
            throw new IllegalArgumentException("plugin: " + plugin.pluginName() + " is for clients only");
        }
    }

    /** Creates an account with the default plugin of a MySQL server and the privilege to clone. */
    public static Account of(String user, String password) {
        return new Account(user, password, AuthPlugin.CACHING_SHA2_PASSWORD, true);
    }

    @Override
    public String toString() {
        return "Account[user=" + user + ", password=REDACTED, plugin=" + plugin.pluginName() + ", backupAdmin="
                + backupAdmin + ']';
    }
}
