package org.jclone.donor.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.page.SpaceIds;

/** What a donor reports about itself as a server: system variables, status variables, plugins. Thread-safe. */
final class ServerFacts {

    static final String VERSION_COMMENT = "jclone donor";

    private static final int MIB = 1 << 20;
    private static final long MAX_ALLOWED_PACKET = 64L << 20;

    private final DonorConfig config;
    private final Map<String, String> variables = new TreeMap<>();
    private final long begin = System.nanoTime();
    private final long startSeconds = Instant.now().getEpochSecond();

    ServerFacts(DonorConfig config) {
        this.config = config;
        variables.putAll(config.profile().variables());
        variables.put("version", config.profile().version());
        variables.put("version_comment", VERSION_COMMENT);
        variables.put("innodb_page_size", Integer.toString(config.source().pageSize()));
        variables.put("max_allowed_packet", Long.toString(MAX_ALLOWED_PACKET));
        variables.put("server_uuid", UUID.randomUUID().toString());
        variables.put("require_secure_transport", config.tls().requireSecureTransport() ? "ON" : "OFF");
        variables.put(
                "clone_donor_timeout_after_network_failure",
                Long.toString(config.limits().resumeWindow().toMinutes()));
        variables.put("max_connections", Integer.toString(DonorServices.maxSessions(config.limits())));
        variables.put("max_user_connections", "0");
        variables.put("wait_timeout", "28800");
        variables.put("net_read_timeout", "30");
        variables.put("net_write_timeout", "60");
        variables.put("performance_schema", "ON");
        variables.put("log_bin", "OFF");
        variables.put("innodb_redo_log_encrypt", "OFF");
        variables.put("innodb_undo_log_encrypt", "OFF");
        variables.put("innodb_redo_log_capacity", Long.toString(config.source().redoDiskBytes()));
        dataFilePath(config.source().files()).ifPresent(path -> variables.put("innodb_data_file_path", path));
        config.source().directory().ifPresent(directory -> variables.put("datadir", directory));
        variables.put("read_only", "ON");
        variables.put("super_read_only", "ON");
    }

    /** Returns the files of the system tablespace as a server setting. Whether the last one autoextends is unknown. */
    private static Optional<String> dataFilePath(List<SourceFile> files) {
        String path = files.stream()
                .filter(file -> file.spaceId() == SpaceIds.SYSTEM)
                .map(file -> file.name() + ':' + file.size() / MIB + 'M')
                .collect(Collectors.joining(";"));
        return path.isEmpty() ? Optional.empty() : Optional.of(path + ":autoextend");
    }

    /** @param name name without scope, case-insensitive */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /** Returns all system variables by name. */
    Map<String, String> variables() {
        return variables;
    }

    /**
     * Returns seconds since 1970-01-01 UTC, from a clock that starts with the donor and never steps.
     *
     * @param uptime of the whole statement: recipients subtract one time from the other
     */
    long unixTime(long uptime) {
        return startSeconds + uptime;
    }

    /** Returns seconds since the start of the donor. */
    long uptime() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    }

    /**
     * Returns the status variables by name.
     *
     * @param uptime of the whole statement
     */
    Map<String, String> status(int connections, long uptime) {
        return new TreeMap<>(Map.of(
                "Uptime",
                Long.toString(uptime),
                "Threads_connected",
                Integer.toString(connections),
                "Innodb_redo_log_enabled",
                "ON"));
    }

    /** Returns the rows of {@code SHOW PLUGINS}: name, status, type, library, license. */
    List<List<Optional<String>>> plugins() {
        return config.profile().plugins().entrySet().stream()
                .filter(plugin -> config.clonePlugin() || !plugin.getKey().equals("clone"))
                .map(plugin -> List.of(
                        Optional.of(plugin.getKey()),
                        Optional.of("ACTIVE"),
                        Optional.of(plugin.getKey().equals("clone") ? "CLONE" : "STORAGE ENGINE"),
                        Optional.of(plugin.getValue()).filter(library -> !library.isEmpty()),
                        Optional.of("GPL")))
                .toList();
    }
}
