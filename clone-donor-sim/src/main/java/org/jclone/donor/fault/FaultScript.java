package org.jclone.donor.fault;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** All that goes wrong with one donor. Immutable; each connection keeps its own count of what has happened. */
public final class FaultScript {

    public static final FaultScript NONE = new FaultScript(List.of());

    /** Messages of a connection after the parameters of COM_INIT, in a small clone. */
    private static final int RANDOM_MESSAGES = 60;

    private static final int RANDOM_BYTES = 1 << 20;

    private final List<Fault> faults;

    private FaultScript(List<Fault> faults) {
        this.faults = List.copyOf(faults);
    }

    public static FaultScript of(Fault... faults) {
        return new FaultScript(List.of(faults));
    }

    /** One fault, chosen by the seed: somewhere on one of the first connections something breaks. */
    public static FaultScript random(long seed) {
        Random random = new Random(seed);
        Connections connection = Connections.number(1 + random.nextInt(4));
        Moment moment = random.nextBoolean()
                ? Moment.message(1 + random.nextInt(RANDOM_MESSAGES))
                : Moment.afterByte(random.nextInt(RANDOM_BYTES));
        Action action = switch (random.nextInt(7)) {
            case 0 -> Action.close();
            case 1 -> Action.reset();
            case 2 -> Action.drop();
            case 3 -> Action.repeat();
            case 4 -> Rewrite.sequenceId(random.nextInt(256));
            case 5 -> Rewrite.payloadLength(random.nextInt(1 << 24));
            default -> Rewrite.flipBit(seed);
        };
        return of(Fault.on(connection).at(moment).then(action));
    }

    List<Fault> faults() {
        return faults;
    }

    public boolean isEmpty() {
        return faults.isEmpty();
    }

    @Override
    public String toString() {
        return faults.stream().map(Fault::toString).collect(Collectors.joining("; "));
    }
}
