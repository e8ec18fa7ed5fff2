package org.jclone.provision.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jclone.recipient.api.DonorAddress;

/**
 * A finished run.
 *
 * @param source of the new channel; empty if there is none
 * @param channels the donor's own channels, and what happened to them
 * @param serverUuid of the new server
 * @param serverId of the new server
 * @param byGtid whether it replicates by GTID
 * @param group the name of the group that it is a member of; empty for a replica
 * @param configFile the settings of the new server
 * @param started whether the real server was started
 * @param verified what was seen of the real server
 * @param startCommand how to start it by hand
 * @param oldData where the old data is kept
 * @param persisted variables that the new server did not get, and those that stayed
 * @param remarks what the operator should know, such as events that were disabled
 * @param elapsed by step, of this process
 */
public record ProvisionResult(
        Path directory,
        DonorAddress donor,
        Optional<DonorAddress> source,
        List<ChannelReport> channels,
        String serverUuid,
        long serverId,
        boolean byGtid,
        Optional<String> group,
        Path configFile,
        boolean started,
        List<String> verified,
        String startCommand,
        Optional<Path> oldData,
        PersistedReport persisted,
        List<String> remarks,
        Map<Step, Duration> elapsed) {

    public ProvisionResult {
        Objects.requireNonNull(persisted, "persisted");
        channels = List.copyOf(channels);
        verified = List.copyOf(verified);
        remarks = List.copyOf(remarks);
        elapsed = Collections.unmodifiableMap(elapsed.isEmpty() ? Map.of() : new EnumMap<>(elapsed));
    }
}
