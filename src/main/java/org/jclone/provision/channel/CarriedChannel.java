package org.jclone.provision.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jclone.provision.api.ChannelReport;

/**
 * A channel of the clone, as the clone's tables have it.
 *
 * @param sourceUuid of the source that the donor was connected to; empty if it never was
 * @param tls how it is protected
 * @param bind the donor's own network address that it connects from; empty for any
 * @param networkNamespace empty for the server's own
 * @param progress where the applier was; empty if the tables do not have it
 * @param assignsGtids whether it gives GTIDs to transactions that have none
 */
public record CarriedChannel(
        String name,
        String host,
        int port,
        String user,
        boolean passwordStored,
        boolean autoPosition,
        String sourceUuid,
        Tls tls,
        String bind,
        String networkNamespace,
        Optional<ApplierProgress> progress,
        boolean assignsGtids,
        long delaySeconds,
        Optional<String> applierAccount,
        boolean applierAccountMissing,
        List<String> filters,
        List<String> failover) {

    /**
     * @param verifiesIdentity whether it compares the host with the certificate
     * @param files by option, such as {@code SOURCE_SSL_CA}
     */
    public record Tls(boolean enabled, boolean verifiesIdentity, boolean getPublicKey, Map<String, String> files) {

        public Tls {
            files = Map.copyOf(files);
        }

        /** Returns a file that exists; empty if there is none. */
        public Optional<Path> file(String option) {
            return Optional.ofNullable(files.get(option)).map(Path::of).filter(Files::exists);
        }
    }

    public CarriedChannel {
        filters = List.copyOf(filters);
        failover = List.copyOf(failover);
    }

    /**
     * Returns what the channel needs and this machine lacks.
     *
     * @param directory of the data, to which relative paths refer
     */
    public List<String> missing(Path directory) {
        List<String> missing = new ArrayList<>();
        Predicate<String> exists = path -> Files.exists(directory.resolve(path));
        tls.files().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(file -> !exists.test(file.getValue()))
                .forEach(file -> missing.add(file.getKey() + "=" + file.getValue()));
        return missing;
    }

    public ChannelReport report(Path directory, ChannelReport.Fate fate) {
        return new ChannelReport(
                name,
                host,
                port,
                user,
                Optional.of(passwordStored),
                autoPosition,
                autoPosition
                        ? Optional.empty()
                        : progress.map(applier -> applier.common().toString()),
                delaySeconds,
                missing(directory),
                filters,
                applierAccount,
                applierAccountMissing,
                failover,
                fate);
    }
}
