package org.jclone.cli.option;

import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.server.GtidSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether the target is cloned or keeps its data, and what that may cost. */
final class RecoveryOptions {

    @Option(
            names = "--recovery-method",
            paramLabel = "AUTO|CLONE|INCREMENTAL",
            converter = RecoveryConverter.class,
            description =
                    "What to do with a target that has data and whose server answers. INCREMENTAL keeps the data and"
                            + " fetches the missing transactions from the source's binary logs. AUTO does so if possible and if fewer"
                            + " than --clone-threshold are missing, and clones otherwise.")
    private RecoveryMethod recoveryMethod = RecoveryMethod.AUTO;

    @Option(
            names = "--clone-threshold",
            paramLabel = "N",
            description = "AUTO clones if this many transactions or more are missing. Without it there is no limit.")
    @Range(min = 1, max = Integer.MAX_VALUE)
    private Integer cloneThreshold;

    @Option(
            names = "--expected-rate",
            paramLabel = "MIB",
            description =
                    "How many MiB per second the copy is expected to reach, for estimates. Without it jclone uses the rate"
                            + " of the last clone of this directory, and without one assumes 50.")
    @Range(min = 1, max = 1_048_576)
    private Integer expectedRate;

    @Option(
            names = "--max-clones-per-day",
            paramLabel = "N",
            description =
                    "Refuse to begin a clone if the directory was cloned this often in the last 24 hours. 0 is no limit.")
    @Range(min = 0, max = 1000)
    private int maxClonesPerDay = RecoverySettings.DEFAULT_CLONES_PER_DAY;

    @Option(
            names = "--discard-errant",
            paramLabel = "GTIDSET",
            converter = GtidSetConverter.class,
            description =
                    "Exactly the transactions that the target has and the source lacks. They are lost when a clone"
                            + " replaces the target.")
    private GtidSet discardErrant;

    RecoverySettings settings() {
        return new RecoverySettings(
                recoveryMethod,
                cloneThreshold == null ? Long.MAX_VALUE : cloneThreshold.longValue(),
                discardErrant == null ? GtidSet.EMPTY : discardErrant,
                expectedRate == null ? 0 : expectedRate,
                maxClonesPerDay);
    }

    /** Converts values of {@code --recovery-method}. */
    static final class RecoveryConverter extends ConstantConverter<RecoveryMethod> {

        RecoveryConverter() {
            super(RecoveryMethod.class);
        }
    }

    /** {@link GtidSet#parse}. */
    static final class GtidSetConverter implements ITypeConverter<GtidSet> {

        @Override
        public GtidSet convert(String value) {
            try {
                return GtidSet.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
