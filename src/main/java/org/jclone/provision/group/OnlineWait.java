package org.jclone.provision.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jclone.protocol.clone.CloneError;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * Follows a server that joins its group until each other ONLINE member sees it ONLINE. The server itself is asked, too,
 * as long as it answers: for its progress, and for the errors of its recovery. Gives up when it has failed, or when
 * nothing moves for a time.
 *
 * <pre>
 * as the others see it    ABSENT ──► RECOVERING ──► ONLINE
 *                            ▲            │
 *                            └────────────┘  failed
 * </pre>
 */
public final class OnlineWait {

    /** Not in the list of the others. */
    static final String ABSENT = "ABSENT";

    /** What the group sees of an earlier membership until it expels that member. */
    private static final String UNREACHABLE = "UNREACHABLE";

    private static final String OFFLINE = "OFFLINE";

    private static final String SELF_STATE = "SELECT MEMBER_STATE FROM performance_schema.replication_group_members"
            + " WHERE MEMBER_ID IN (@@GLOBAL.server_uuid, '')"; // empty in older servers until the plugin has started

    private static final String ERRORS_OF_CHANNELS = "SELECT CONCAT(LAST_ERROR_NUMBER, ': ', LAST_ERROR_MESSAGE) FROM"
            + " (SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, CHANNEL_NAME FROM"
            + " performance_schema.replication_connection_status"
            + " UNION ALL SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, CHANNEL_NAME FROM"
            + " performance_schema.replication_applier_status_by_coordinator"
            + " UNION ALL SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, CHANNEL_NAME FROM"
            + " performance_schema.replication_applier_status_by_worker) e"
            + " WHERE CHANNEL_NAME LIKE 'group\\_replication\\_%' AND LAST_ERROR_NUMBER <> 0 LIMIT 1";

    private static final String ACTIVE = "SELECT COUNT(*) FROM information_schema.PLUGINS WHERE PLUGIN_NAME ="
            + " 'group_replication' AND PLUGIN_STATUS = 'ACTIVE'";

    private static final String STARTS_BY_ITSELF = "SELECT VARIABLE_VALUE FROM performance_schema.global_variables"
            + " WHERE VARIABLE_NAME = 'group_replication_start_on_boot'";

    /** Errors since the server started: the table also has those of earlier processes. */
    private static final String ERRORS_OF_LOG =
            "SELECT CONCAT(ERROR_CODE, ' ', DATA) FROM performance_schema.error_log WHERE"
                    + " PRIO = 'Error' AND DATA LIKE 'Plugin group\\_replication%' AND LOGGED >= NOW(6) - INTERVAL (SELECT VARIABLE_VALUE + 1 FROM"
                    + " performance_schema.global_status WHERE VARIABLE_NAME = 'Uptime') SECOND ORDER BY LOGGED";

    /** In errors of single attempts to reach the others. */
    private static final String CONNECTS = "[GCS]";

    private static final int SHOWN_ERRORS = 4;

    /** Receives what changes. */
    public interface Listener {

        /** @param state as the others see it */
        void onState(String state);

        /** An error of the recovery, which the server may overcome by itself. Each text once. */
        void onError(String text);

        /** @param missing transactions of the group that the server lacks; -1 if unknown */
        void onProgress(long missing, Duration sinceProgress);
    }

    private final String uuid;
    private final List<Server> others;
    private final Optional<Server> self;
    private final Supplier<List<String>> log;
    private final Duration stall;
    private final LongSupplier nanoTime;
    private final Listener listener;
    private final Set<String> told = new LinkedHashSet<>();
    private String state = "";
    private String movement = "";
    private long movedNanos;
    private boolean wasSeen;

    /**
     * @param uuid of the server that joins
     * @param others the members
     * @param self the server that joins; empty if there is no way to ask it
     * @param log returns the last errors of its log, for when it does not answer
     */
    public OnlineWait(
            String uuid,
            List<Server> others,
            Optional<Server> self,
            Supplier<List<String>> log,
            Duration stall,
            LongSupplier nanoTime,
            Listener listener) {
        this.uuid = uuid;
        this.others = List.copyOf(others);
        this.self = self;
        this.log = log;
        this.stall = stall;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.movedNanos = nanoTime.getAsLong();
    }

    /** What the other members said at one moment. */
    private record View(Set<String> states, int asked, List<String> silent) {

        /** The least advanced state that a member sees. */
        String state() {
            return states.contains(ABSENT)
                    ? ABSENT
                    : states.stream()
                            .filter(each -> !each.equals(Member.ONLINE))
                            .findFirst()
                            .orElse(Member.ONLINE);
        }
    }

    /**
     * What the server said of itself.
     *
     * @param state empty if it does not answer
     * @param refused whether it gave up
     */
    private record Own(String state, String progress, boolean refused) {}

    /**
     * Looks once.
     *
     * @return the number of other members that see the server ONLINE; empty as long as one of them does not
     * @throws CloneException if the server cannot join
     */
    public Optional<Integer> look() throws CloneException {
        View view = askOthers();
        String now = view.asked() == 0 ? "" : view.state();
        if (!now.isEmpty() && !now.equals(state)) {
            state = now;
            listener.onState(now);
        }
        Own own = askSelf();
        // The others see an earlier process of the server until they have expelled it.
        boolean earlier = own.state().equals(OFFLINE);
        if (now.equals(Member.ONLINE) && !earlier && !own.refused()) {
            return Optional.of(view.asked());
        }
        boolean left = wasSeen && now.equals(ABSENT);
        wasSeen |= !earlier && !now.isEmpty() && !now.equals(ABSENT) && !now.equals(UNREACHABLE);
        if (own.refused() || left) {
            throw failed("the server could not join the group" + (left ? ", and left it" : ""));
        }
        watch(now + own.state() + own.progress(), view.silent());
        return Optional.empty();
    }

    private View askOthers() {
        Set<String> states = new LinkedHashSet<>();
        List<String> silent = new ArrayList<>();
        int asked = 0;
        for (Server other : others) {
            try (ServerSession sql = other.connect()) {
                Rows rows = sql.query(Statement.of(
                        "SELECT m.MEMBER_ID = ?, m.MEMBER_STATE FROM performance_schema.replication_group_members m"
                                + " WHERE m.MEMBER_ID IN (?, @@GLOBAL.server_uuid)",
                        uuid,
                        uuid));
                Optional<String> seen = state(rows, "1");
                if (state(rows, "0").filter(Member.ONLINE::equals).isEmpty()) {
                    silent.add(other.address() + " is not ONLINE itself");
                    continue;
                }
                asked++;
                states.add(seen.orElse(ABSENT));
            } catch (ServerException e) {
                silent.add(e.getMessage());
            }
        }
        return new View(states, asked, silent);
    }

    private static Optional<String> state(Rows rows, String isJoining) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.text(i, 0).equals(isJoining)) {
                return Optional.of(rows.text(i, 1));
            }
        }
        return Optional.empty();
    }

    private Own askSelf() {
        if (self.isEmpty()) {
            return new Own("", "", false);
        }
        try (ServerSession sql = self.get().connect()) {
            if (sql.query(ACTIVE).single().filter("0"::equals).isPresent()) {
                tell("the plugin group_replication is not active");
                return new Own("", "", true);
            }
            String member = sql.query(SELF_STATE).single().orElse("");
            Rows received = sql.query("SELECT RECEIVED_TRANSACTION_SET, SERVICE_STATE FROM"
                    + " performance_schema.replication_connection_status"
                    + " WHERE CHANNEL_NAME LIKE 'group\\_replication\\_%'");
            String executed =
                    sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse("");
            sql.query(ERRORS_OF_CHANNELS).single().ifPresent(this::tell);
            boolean refused = member.equals("ERROR") || member.equals(OFFLINE) && hasGivenUp(sql);
            return new Own(member, executed + received.rows(), refused);
        } catch (ServerException e) {
            // A member that has failed goes into offline mode, in which it refuses ordinary accounts.
            return new Own("", "", e.number() == CloneError.ER_SERVER_OFFLINE_MODE);
        }
    }

    /** An OFFLINE server has not begun to join, tries to connect, or was refused: its log tells which. */
    private boolean hasGivenUp(ServerSession sql) throws ServerException {
        if (sql.query(STARTS_BY_ITSELF).single().filter("OFF"::equals).isPresent()) {
            tell("it has group_replication_start_on_boot=OFF and is OFFLINE");
            return true;
        }
        Rows errors = sql.query(ERRORS_OF_LOG);
        boolean givenUp = false;
        for (int i = 0; i < errors.size(); i++) {
            if (errors.text(i, 0).contains(CONNECTS)) {
                tell(errors.text(i, 0));
            } else {
                givenUp = true;
            }
        }
        return givenUp;
    }

    private void tell(String error) {
        if (told.add(error)) {
            listener.onError(error);
        }
    }

    private void watch(String now, List<String> silent) throws CloneException {
        long nanos = nanoTime.getAsLong();
        if (!now.equals(movement)) {
            movement = now;
            movedNanos = nanos;
        }
        Duration since = Duration.ofNanos(nanos - movedNanos);
        listener.onProgress(-1, since);
        if (since.compareTo(stall) > 0) {
            String seen = state.isEmpty()
                    ? "no ONLINE member answers: " + String.join("; ", silent)
                    : "the others see it " + state;
            throw failed("no progress for " + since.toSeconds() + " s; " + seen);
        }
    }

    private CloneException failed(String what) {
        List<String> errors = errorsOfLog();
        int from = Math.max(0, errors.size() - SHOWN_ERRORS);
        String last =
                told.isEmpty() ? "" : "; its last error: " + List.copyOf(told).get(told.size() - 1);
        return Failure.Provisioning.JOIN.exception(what
                + last
                + (errors.isEmpty() ? "" : "; its log: " + String.join("; ", errors.subList(from, errors.size()))));
    }

    private List<String> errorsOfLog() {
        if (self.isEmpty()) {
            return log.get();
        }
        try (ServerSession sql = self.get().connect()) {
            Rows rows = sql.query(ERRORS_OF_LOG);
            List<String> errors = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                errors.add(rows.text(i, 0));
            }
            return errors;
        } catch (ServerException e) {
            return log.get();
        }
    }
}
