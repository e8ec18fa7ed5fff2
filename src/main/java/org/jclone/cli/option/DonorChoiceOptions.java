package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.donor.DonorRules;
import org.jclone.provision.donor.DonorsFrom;
import org.jclone.provision.donor.Preference;
import org.jclone.provision.donor.TargetIdentity;
import org.jclone.recipient.api.DonorAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which donors there are, and which is the best. */
@Command(optionListHeading = "Choice of a donor")
public final class DonorChoiceOptions {

    @Option(
            names = "--donors-from",
            paramLabel = "WHERE",
            description = "Look for more donors, starting with each known one. GROUP: the members of its replication"
                    + " group. REPLICAS: its replicas with report_host, and its source. jclone"
                    + " queries them with the same account, except those that --valid-donor-list excludes.")
    private DonorsFrom from;

    @Option(
            names = "--prefer",
            paramLabel = "ROLE",
            description = "Which donor is better: a REPLICA (or a secondary member), where a clone slows down no"
                    + " application that writes, or a SOURCE (or a primary member).")
    private Preference preference = Preference.REPLICA;

    @Option(
            names = "--max-lag",
            paramLabel = "SECONDS",
            description = "Clone no donor that is further behind its source, or whose lag is unknown.")
    @Range(min = 0, max = 31_536_000)
    private Integer maxLagSeconds;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of this machine, any name. jclone prefers donors in the same zone; see --donor-zone.")
    private String zone;

    @Option(
            names = "--donor-zone",
            paramLabel = "HOST[:PORT]=ZONE",
            converter = ZoneConverter.class,
            description = "Zone of a donor.")
    private List<DonorZone> zones = List.of();

    public Optional<DonorsFrom> from() {
        return Optional.ofNullable(from);
    }

    /** Whether an option asks for a choice even if one donor is named. */
    public boolean isGiven() {
        return from != null || maxLagSeconds != null;
    }

    /** @param target the target directory, if it is known */
    public DonorRules rules(Optional<Path> target) {
        Map<DonorAddress, String> zoneOf = new LinkedHashMap<>();
        zones.forEach(each -> zoneOf.put(each.donor(), each.zone()));
        return new DonorRules(
                preference,
                Optional.ofNullable(maxLagSeconds).map(Duration::ofSeconds),
                Optional.ofNullable(zone),
                zoneOf,
                target.flatMap(TargetIdentity::uuidOf));
    }

    /** The zone of a donor. */
    record DonorZone(DonorAddress donor, String zone) {

        @Override
        public String toString() {
            return donor + "=" + zone;
        }
    }

    static final class ZoneConverter implements ITypeConverter<DonorZone> {

        @Override
        public DonorZone convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                throw new TypeConversionException(text + " (expected: HOST[:PORT]=ZONE)");
            }
            try {
                return new DonorZone(DonorAddress.parse(text.substring(0, equals)), text.substring(equals + 1));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
