package org.jclone.donor.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.api.DonorConfig;

/** What a donor says of itself as a server: system variables, status variables, plugins. Thread-safe. */
final class ServerFacts {

    static final String VERSION_COMMENT = "jclone donor";

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
        variables.put("require_secure_transport", config.requireSecureTransport() ? "ON" : "OFF");
        variables.put(
                "clone_donor_timeout_after_network_failure",
                Long.toString(config.limits().resumeWindow().toMinutes()));
        variables.put("read_only", "ON");
        variables.put("super_read_only", "ON");
    }

    /** @param name without scope, in any case */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /** By name. */
    Map<String, String> variables() {
        return variables;
    }

    /** When the donor was started, in seconds since 1970-01-01 UTC. */
    long startSeconds() {
        return startSeconds;
    }

    /** Those that change, by name. */
    Map<String, String> status(int connections) {
        long uptime = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        return new TreeMap<>(
                Map.of("Uptime", Long.toString(uptime), "Threads_connected", Integer.toString(connections)));
    }

    /** Rows as {@code SHOW PLUGINS} has them: name, status, type, library, license. */
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
