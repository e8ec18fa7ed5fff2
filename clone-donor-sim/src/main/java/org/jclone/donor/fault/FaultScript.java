package org.jclone.donor.fault;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;

/** All faults of one donor. Immutable: each connection keeps its own counts. */
public final class FaultScript {

    /** No faults. */
    public static final FaultScript NONE = new FaultScript(List.of(), Optional.empty(), OptionalLong.empty());

    /** Number of messages on a connection after the parameters of COM_INIT, in a small clone. */
    private static final int RANDOM_MESSAGES = 60;

    private static final int RANDOM_BYTES = 1 << 20;

    private final List<Fault> faults;
    private final Optional<CertificateFault> certificate;
    private final OptionalLong seed;

    private FaultScript(List<Fault> faults, Optional<CertificateFault> certificate, OptionalLong seed) {
        this.faults = List.copyOf(faults);
        this.certificate = certificate;
        this.seed = seed;
    }

    /**
     * {@return a script of these faults}
     *
     * @param faults the faults
     */
    public static FaultScript of(Fault... faults) {
        return new FaultScript(List.of(faults), Optional.empty(), OptionalLong.empty());
    }

    /** @param seed seed from which all random values of the script were drawn */
    static FaultScript of(List<Fault> faults, Optional<CertificateFault> certificate, long seed) {
        return new FaultScript(faults, certificate, OptionalLong.of(seed));
    }

    /**
     * Parses a script in the format that {@code docs/donor.md} describes. If the script names no seed, draws one, which
     * {@link #toString} shows.
     *
     * @throws FaultSyntaxException naming line and column
     */
    public static FaultScript parse(String text) throws FaultSyntaxException {
        return FaultParser.parse(text, new Random().nextInt(Integer.MAX_VALUE));
    }

    /** Creates one fault from the seed: it breaks one of the first connections at a random byte or message. */
    public static FaultScript random(long seed) {
        Random random = new Random(seed);
        Connections connection = Connections.number(1 + random.nextInt(4));
        Moment moment = random.nextBoolean()
                ? Moment.message(1 + random.nextInt(RANDOM_MESSAGES))
                : Moment.afterByte(random.nextInt(RANDOM_BYTES));
        Action action = switch (random.nextInt(8)) {
            case 0 -> Action.close();
            case 1 -> Action.reset();
            case 2 -> Action.drop();
            case 3 -> Action.repeat();
            case 6 -> Action.dropBlock();
            case 4 -> Rewrite.sequenceId(random.nextInt(256));
            case 5 -> Rewrite.payloadLength(random.nextInt(1 << 24));
            default -> Rewrite.flipBit(seed);
        };
        return of(List.of(Fault.on(connection).at(moment).then(action)), Optional.empty(), seed);
    }

    /** What is wrong with the donor's certificate; empty if it is valid. */
    public Optional<CertificateFault> certificate() {
        return certificate;
    }

    List<Fault> faults() {
        return faults;
    }

    /** {@return whether nothing goes wrong} */
    public boolean isEmpty() {
        return faults.isEmpty() && certificate.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        seed.ifPresent(value -> text.append("seed ").append(value).append(": "));
        certificate.ifPresent(fault -> text.append("certificate ").append(fault).append("; "));
        return text.append(faults.stream().map(Fault::toString).collect(Collectors.joining("; ")))
                .toString();
    }
}
