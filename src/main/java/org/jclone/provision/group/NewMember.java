package org.jclone.provision.group;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;

/**
 * The future member: the settings that it takes from the group, and the problems that keep it out.
 *
 * @param join what the operator said
 * @param version of its program
 * @param reportHost the name under which the others reach it; empty if it is not known
 * @param port its SQL port
 * @param logs whether it has a binary log that has the transactions of others, too
 * @param ownTrust whether its option files name certificate authorities
 * @param tls how its recovery channel is protected
 */
public record NewMember(
        JoinSettings join,
        Version version,
        Optional<String> reportHost,
        int port,
        boolean logs,
        boolean ownTrust,
        TlsSettings tls) {

    /** MySQL's limit. */
    private static final int MAX_MEMBERS = 9;

    /** From this version on the patch number does not matter within a series. */
    private static final int FIRST_LTS = 80_400;

    private static final int SERIES = 100;

    /** Variables that must or should be the same on all members. The new member takes the values of the group. */
    private static final List<String> COMMON = List.of(
            "group_name",
            "communication_stack",
            "single_primary_mode",
            "enforce_update_everywhere_checks",
            "gtid_assignment_block_size",
            "view_change_uuid",
            "paxos_single_leader",
            "ssl_mode",
            "consistency",
            "transaction_size_limit",
            "compression_threshold",
            "communication_max_message_size",
            "preemptive_garbage_collection",
            "exit_state_action",
            "autorejoin_tries",
            "member_expel_timeout",
            "unreachable_majority_timeout");

    /** {@return why it cannot join; empty if nothing is known against it} */
    public List<String> problems(Group group) {
        List<String> problems = new ArrayList<>();
        if (group.members().size() >= MAX_MEMBERS) {
            problems.add("the group has " + group.members().size() + " members, and " + MAX_MEMBERS + " is the limit");
        }
        versionProblem(group.lowestVersion()).ifPresent(problems::add);
        if (!logs) {
            problems.add("a member needs a binary log with all transactions: remove skip_log_bin and"
                    + " log_replica_updates=OFF from its option files");
        }
        if (reportHost.isEmpty()) {
            problems.add("the other members need a name for the new one: --report-host");
        }
        if (group.variable("ssl_mode").startsWith("VERIFY") && !ownTrust) {
            problems.add("the group has group_replication_ssl_mode=" + group.variable("ssl_mode")
                    + ", and the option files of the target name no ssl_ca");
        }
        localAddressProblem(group).ifPresent(problems::add);
        return problems;
    }

    private Optional<String> versionProblem(Version lowest) {
        boolean sameSeries = lowest.number() / SERIES == version.number() / SERIES && version.isAtLeast(FIRST_LTS);
        return version.isAtLeast(lowest.number()) || sameSeries
                ? Optional.empty()
                : Optional.of("the target is MySQL " + version + ", older than each member: the lowest is " + lowest);
    }

    private Optional<String> localAddressProblem(Group group) {
        if (join.localAddress().isPresent() || reportHost.isEmpty() || group.usesSqlPort()) {
            return Optional.empty();
        }
        String local = localAddress(group);
        return local.isEmpty()
                        || group.facts().stream()
                                .anyMatch(each -> each.group("local_address").equals(local))
                ? Optional.of("the address for the group's traffic cannot be derived (a member has \""
                        + group.variable("local_address") + "\"): --group-local-address=HOST:PORT")
                : Optional.empty();
    }

    /** Returns {@code HOST:PORT}: the SQL port, or with XCom the port that the first member has for the group. */
    private String localAddress(Group group) {
        if (join.localAddress().isPresent()) {
            return join.localAddress().get().toString();
        }
        if (group.usesSqlPort()) {
            return new DonorAddress(reportHost.orElseThrow(), port).toString();
        }
        try {
            int groupPort = DonorAddress.parse(group.variable("local_address")).port();
            return new DonorAddress(reportHost.orElseThrow(), groupPort).toString();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** {@return the members to join by, as the members report them} */
    public String seeds(Group group) {
        if (join.seeds().isPresent()) {
            return join.seeds().get();
        }
        if (group.usesSqlPort()) {
            return group.online().stream()
                    .flatMap(member -> member.address().stream())
                    .map(DonorAddress::toString)
                    .collect(Collectors.joining(","));
        }
        Stream<String> own = group.facts().stream().map(each -> each.group("local_address"));
        // A member that could not be asked may be among the seeds of one that answered.
        Stream<String> known = group.unseen().isEmpty()
                ? Stream.of()
                : Stream.of(group.variable("group_seeds").split(",")).map(String::strip);
        return Stream.concat(own, known)
                .filter(seed -> !seed.isEmpty())
                .distinct()
                .collect(Collectors.joining(","));
    }

    /**
     * {@return the settings that make the server join when it starts} A server without the plugin ignores them.
     *
     * @param installed whether the server loads the plugin without a setting
     */
    public Map<String, String> settings(Group group, boolean installed) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (!installed) {
            settings.put("plugin_load_add", "group_replication.so");
        }
        for (String name : COMMON) {
            String value = group.variable(name);
            if (!value.isEmpty()) {
                settings.put("loose-group_replication_" + name, value);
            }
        }
        String allowed = Optional.of(group.variable("ip_allowlist"))
                .filter(list -> !list.isEmpty())
                .orElse(group.variable("ip_whitelist"));
        if (!allowed.isEmpty()) {
            settings.put("loose-group_replication_ip_allowlist", allowed);
        }
        settings.put("loose-group_replication_local_address", localAddress(group));
        settings.put("loose-group_replication_group_seeds", seeds(group));
        addTls(settings);
        boolean byItself = join.credentials() != RecoveryCredentials.FORGET;
        settings.put("loose-group_replication_start_on_boot", byItself ? "ON" : "OFF");
        settings.put("log_replica_updates", "ON");
        String encryption = group.facts().get(0).variables().getOrDefault("default_table_encryption", "OFF");
        if (!encryption.equals("OFF")) {
            settings.put("default_table_encryption", encryption);
        }
        return settings;
    }

    /** Protects recovery like the connections of this run. */
    private void addTls(Map<String, String> settings) {
        String prefix = "loose-group_replication_recovery_";
        boolean encrypted = tls.sslMode() != SslMode.DISABLED;
        settings.put(prefix + "use_ssl", encrypted ? "ON" : "OFF");
        if (!encrypted || tls.sslMode() == SslMode.PREFERRED) {
            settings.put(prefix + "get_public_key", "ON");
        }
        if (!encrypted) {
            return;
        }
        tls.sslCa()
                .ifPresent(file ->
                        settings.put(prefix + "ssl_ca", file.toAbsolutePath().toString()));
        tls.sslCert()
                .ifPresent(file ->
                        settings.put(prefix + "ssl_cert", file.toAbsolutePath().toString()));
        tls.sslKey()
                .ifPresent(file ->
                        settings.put(prefix + "ssl_key", file.toAbsolutePath().toString()));
        if (tls.sslMode() == SslMode.VERIFY_IDENTITY) {
            settings.put(prefix + "ssl_verify_server_cert", "ON");
        }
    }
}
