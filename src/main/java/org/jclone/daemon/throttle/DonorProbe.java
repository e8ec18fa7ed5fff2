package org.jclone.daemon.throttle;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.sql.Rows;

/** Asks a donor for its load, over one session. What the account may not see is not asked twice. */
final class DonorProbe {

    /** A donor that does not answer within this time is busy. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int PERCENT = 100;
    private static final String GROUP_CHANNEL = "group_replication_";

    private static final Statement NOTHING = Statement.of("SELECT 1");
    private static final Statement STATUS = Statement.of("SHOW GLOBAL STATUS WHERE variable_name IN"
            + " ('Threads_running', 'Innodb_redo_log_current_lsn', 'Innodb_redo_log_checkpoint_lsn',"
            + " 'Innodb_redo_log_capacity_resized')");

    private final ServerSession session;
    private final DonorCare care;
    private final LongSupplier nanos;
    private boolean isLagHidden;

    DonorProbe(ServerSession session, DonorCare care, LongSupplier nanos) {
        this.session = session;
        this.care = care;
        this.nanos = nanos;
    }

    DonorLoad ask() throws ServerException {
        long begin = nanos.getAsLong();
        session.query(NOTHING, PATIENCE);
        Duration latency = Duration.ofNanos(nanos.getAsLong() - begin);
        Map<String, String> status = care.maxThreads() > 0 || care.maxRedoPercent() > 0 ? status() : Map.of();
        return new DonorLoad(
                Rows.number(status.getOrDefault("threads_running", "")),
                latency,
                care.maxLag().isZero() || isLagHidden ? Optional.empty() : lag(),
                redoPercent(status));
    }

    /** Whether the account may not see how far the donor is behind. */
    boolean isLagHidden() {
        return isLagHidden;
    }

    private Map<String, String> status() throws ServerException {
        Rows rows = session.query(STATUS, PATIENCE);
        Map<String, String> status = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            status.put(rows.text(i, 0).toLowerCase(Locale.ROOT), rows.text(i, 1));
        }
        return status;
    }

    private static OptionalLong redoPercent(Map<String, String> status) {
        OptionalLong current = Rows.number(status.getOrDefault("innodb_redo_log_current_lsn", ""));
        OptionalLong checkpoint = Rows.number(status.getOrDefault("innodb_redo_log_checkpoint_lsn", ""));
        OptionalLong capacity = Rows.number(status.getOrDefault("innodb_redo_log_capacity_resized", ""));
        boolean isKnown =
                current.isPresent() && checkpoint.isPresent() && capacity.isPresent() && capacity.getAsLong() > 0;
        return isKnown
                ? OptionalLong.of((current.getAsLong() - checkpoint.getAsLong()) * PERCENT / capacity.getAsLong())
                : OptionalLong.empty();
    }

    /** A channel that has stopped has no lag that waiting would reduce. */
    private Optional<Duration> lag() throws ServerException {
        try {
            Rows rows = session.query(Statement.of(session.words().showReplicaStatus()), PATIENCE);
            Duration lag = Duration.ZERO;
            for (int i = 0; i < rows.size(); i++) {
                boolean inGroup = rows.value(i, "Channel_Name").orElse("").startsWith(GROUP_CHANNEL);
                OptionalLong behind = Rows.number(rows.value(i, session.words().statusColumn("Seconds_Behind_Source"))
                        .orElse(""));
                if (!inGroup && behind.isPresent() && behind.getAsLong() > lag.toSeconds()) {
                    lag = Duration.ofSeconds(behind.getAsLong());
                }
            }
            return Optional.of(lag);
        } catch (RefusedException e) {
            isLagHidden = true;
            return Optional.empty();
        }
    }
}
