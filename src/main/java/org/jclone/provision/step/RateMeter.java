package org.jclone.provision.step;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jclone.provision.plan.WriteRate;
import org.jclone.provision.plan.WriteRate.Look;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.sql.Rows;

/** Measures how much a source writes, by two looks between which other questions are asked. */
final class RateMeter {

    /** The shortest time between the looks. */
    static final Duration WINDOW = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private Optional<Look> first = Optional.empty();

    RateMeter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void begin(ServerSession sql) throws ServerException {
        first = Optional.of(look(sql));
    }

    boolean hasBegun() {
        return first.isPresent();
    }

    /** Returns how long to wait before {@link #end}. */
    Duration rest() {
        long since = nanoTime.getAsLong() - first.orElseThrow().nanos();
        return Duration.ofNanos(Math.max(0, WINDOW.toNanos() - since));
    }

    WriteRate end(ServerSession sql) throws ServerException {
        return WriteRate.between(first.orElseThrow(), look(sql));
    }

    private Look look(ServerSession sql) throws ServerException {
        Optional<Map<String, Long>> logs = logs(sql);
        boolean gtids = sql.query("SELECT @@GLOBAL.gtid_mode")
                .single()
                .filter("ON"::equals)
                .isPresent();
        OptionalLong transactions =
                gtids ? OptionalLong.of(sql.gtidSet("@@GLOBAL.gtid_executed").count()) : OptionalLong.empty();
        return new Look(nanoTime.getAsLong(), transactions, logs);
    }

    private static Optional<Map<String, Long>> logs(ServerSession sql) throws ServerException {
        try {
            Rows rows = sql.query("SHOW BINARY LOGS");
            Map<String, Long> sizes = new LinkedHashMap<>();
            for (int i = 0; i < rows.size(); i++) {
                sizes.put(
                        rows.value(i, "Log_name").orElse(""),
                        Rows.number(rows.value(i, "File_size").orElse("")).orElse(0));
            }
            return Optional.of(sizes);
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }
}
