package org.jclone.protocol.auth;

import java.util.Arrays;
import java.util.Optional;

/**
 * The supported authentication plugins. A constant is the plugin's name in upper case.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public enum AuthPlugin {
    CACHING_SHA2_PASSWORD("caching_sha2_password"),
    SHA256_PASSWORD("sha256_password"),
    MYSQL_NATIVE_PASSWORD("mysql_native_password"),
    MYSQL_CLEAR_PASSWORD("mysql_clear_password");

    private final String pluginName;

    AuthPlugin(String pluginName) {
        this.pluginName = pluginName;
    }

    public String pluginName() {
        return pluginName;
    }

    public static Optional<AuthPlugin> byPluginName(String pluginName) {
        return Arrays.stream(values())
                .filter(plugin -> plugin.pluginName.equals(pluginName))
                .findFirst();
    }
}
