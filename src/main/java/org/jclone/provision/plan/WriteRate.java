package org.jclone.provision.plan;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How much a source writes, from two looks at it.
 *
 * @param window the time between the looks
 * @param transactions that it committed in this time; empty without GTIDs
 * @param logBytes that its binary logs grew by in this time; empty if the account may not see them
 */
public record WriteRate(Duration window, OptionalLong transactions, OptionalLong logBytes) {

    /**
     * One look.
     *
     * @param nanos when, of a clock that only runs forward
     * @param transactions the number in {@code gtid_executed}; empty without GTIDs
     * @param logs size by name of the binary logs; empty if the account may not see them
     */
    public record Look(long nanos, OptionalLong transactions, Optional<Map<String, Long>> logs) {

        public Look {
            logs = logs.map(Map::copyOf);
        }
    }

    /** Compares two looks, the earlier one first. */
    public static WriteRate between(Look first, Look second) {
        Duration window = Duration.ofNanos(Math.max(1, second.nanos() - first.nanos()));
        return new WriteRate(window, transactions(first, second), growth(first, second));
    }

    private static OptionalLong transactions(Look first, Look second) {
        if (first.transactions().isEmpty() || second.transactions().isEmpty()) {
            return OptionalLong.empty();
        }
        long grown = second.transactions().getAsLong() - first.transactions().getAsLong();
        return grown < 0 ? OptionalLong.empty() : OptionalLong.of(grown); // they were reset in between
    }

    /** Leaves out a log that was purged in between: it had stopped growing before. */
    private static OptionalLong growth(Look first, Look second) {
        if (first.logs().isEmpty() || second.logs().isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (Map.Entry<String, Long> log : second.logs().get().entrySet()) {
            sum += Math.max(0, log.getValue() - first.logs().get().getOrDefault(log.getKey(), 0L));
        }
        return OptionalLong.of(sum);
    }

    /** {@return transactions in a second; empty if it was not measured} */
    public OptionalDouble transactionsPerSecond() {
        return transactions.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(transactions.getAsLong() / seconds());
    }

    /** {@return bytes of binary log in a second; empty if it was not measured} */
    public OptionalDouble bytesPerSecond() {
        return logBytes.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(logBytes.getAsLong() / seconds());
    }

    /** {@return how many transactions the source commits in this time; empty without GTIDs} */
    public OptionalLong transactionsIn(Duration time) {
        OptionalDouble rate = transactionsPerSecond();
        return rate.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of((long) Math.ceil(rate.getAsDouble() * time.toMillis() / 1000));
    }

    /** {@return the bytes of that many transactions of average size; empty if none was seen} */
    public OptionalLong bytesOf(long number) {
        boolean known = logBytes.isPresent() && transactions.isPresent() && transactions.getAsLong() > 0;
        return known
                ? OptionalLong.of(Math.round((double) logBytes.getAsLong() / transactions.getAsLong() * number))
                : OptionalLong.empty();
    }

    /** {@return how long the source takes to commit that many; empty if none was seen} */
    public Optional<Duration> timeOf(long number) {
        boolean known = transactions.isPresent() && transactions.getAsLong() > 0;
        return known
                ? Optional.of(Duration.ofMillis(
                        (long) (number / transactionsPerSecond().getAsDouble() * 1000)))
                : Optional.empty();
    }

    /**
     * {@return what that many transactions are, such as {@code 1000 transactions, about 2.00 MiB and 50 s of writes}}
     */
    public String describe(long number) {
        String text = number + (number == 1 ? " transaction" : " transactions");
        Optional<Duration> time = timeOf(number);
        if (time.isEmpty()) {
            return text;
        }
        OptionalLong bytes = bytesOf(number);
        return text + ", about "
                + (bytes.isPresent() ? Figures.bytes(bytes.getAsLong()) + " of binary log and " : "")
                + Figures.time(time.get()) + " of the source's writes";
    }

    @Override
    public String toString() {
        OptionalDouble number = transactionsPerSecond();
        OptionalDouble bytes = bytesPerSecond();
        return (number.isPresent() ? Figures.rate(number.getAsDouble()) : "unknown") + " transactions/s, "
                + (bytes.isPresent() ? Figures.bytes(Math.round(bytes.getAsDouble())) : "unknown bytes")
                + "/s of binary log, measured over " + Figures.rate(seconds()) + " s";
    }

    private double seconds() {
        return window.toNanos() / 1e9;
    }
}
