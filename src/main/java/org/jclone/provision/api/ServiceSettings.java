package org.jclone.provision.api;

import java.util.Optional;

/**
 * How the real server is stopped and started.
 *
 * @param checkCommand for {@code /bin/sh}; tests, before anything is changed, whether the others can work
 * @param stopCommand for {@code /bin/sh}; empty if it is stopped already
 * @param startCommand for {@code /bin/sh}; empty to leave it stopped
 */
public record ServiceSettings(
        Optional<String> checkCommand, Optional<String> stopCommand, Optional<String> startCommand) {

    /**
     * {@return the commands for a unit of systemd}
     *
     * @param unit such as {@code mysql}
     */
    public static ServiceSettings ofUnit(String unit) {
        if (!unit.matches("[A-Za-z0-9:_.@-]{1,200}")) {
            throw new IllegalArgumentException("service: not the name of a unit");
        }
        // While the fence was up, the unit may have failed too often to be started again.
        return new ServiceSettings(
                Optional.of("systemctl cat -- " + unit + " >/dev/null"),
                Optional.of("systemctl stop -- " + unit),
                Optional.of("systemctl reset-failed -- " + unit + "; systemctl start -- " + unit));
    }
}
