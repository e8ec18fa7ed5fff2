package org.jclone.cli.option;

import java.util.Optional;
import org.jclone.provision.api.ServiceSettings;
import picocli.CommandLine.Option;

/** How the old server is stopped and the new one started. */
final class ServiceOptions {

    @Option(
            names = "--service",
            paramLabel = "UNIT",
            description = "The systemd unit of the server: it is stopped before the exchange, and started at the end.")
    private String service;

    @Option(
            names = "--stop-command",
            paramLabel = "COMMAND",
            description = "Command for /bin/sh that stops the old server, instead of --service.")
    private String stopCommand;

    @Option(
            names = "--start-command",
            paramLabel = "COMMAND",
            description =
                    "Command for /bin/sh that starts the new server, instead of --service. Without both the server is"
                            + " left stopped.")
    private String startCommand;

    /** Returns the systemd unit of the server. */
    Optional<String> unit() {
        return Optional.ofNullable(service);
    }

    /** @throws UsageException if the service is given twice */
    ServiceSettings settings() throws UsageException {
        if (service == null) {
            return new ServiceSettings(
                    Optional.empty(), Optional.ofNullable(stopCommand), Optional.ofNullable(startCommand));
        }
        if (stopCommand != null || startCommand != null) {
            throw new UsageException("--service excludes --stop-command and --start-command");
        }
        return ServiceSettings.ofUnit(service);
    }
}
