package org.jclone.provision.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.ErrantChanges.Change;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlSession;

/**
 * Reads in the target's binary logs what errant transactions changed. The GTID set at the beginning of each log shows
 * which logs to read. For each answer a server reads a log from its beginning, so this reads a large log in few
 * answers, and stops at a time limit.
 */
final class ErrantSearch {

    /** Rows of one answer. */
    static final int PAGE = 2000;

    /** How long to read in all. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final long FIRST_POSITION = 4;
    private static final int NO_BINARY_LOG = 1381;

    private static final Pattern GTID = Pattern.compile("GTID_NEXT\\s*=\\s*'([^']+)'");
    private static final Pattern TABLE_ID = Pattern.compile("table_id: (\\d+)");
    private static final Pattern TABLE = Pattern.compile("table_id: \\d+ \\((.*)\\)");

    private final ServerSession sql;
    private final LongSupplier nanoTime;
    private final List<String> unread = new ArrayList<>();
    private final Map<String, long[]> found = new LinkedHashMap<>();

    private GtidSet wanted;
    private boolean inside;
    private final Map<String, String> tables = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();

    ErrantSearch(ServerSession sql, LongSupplier nanoTime) {
        this.sql = sql;
        this.nanoTime = nanoTime;
    }

    /** Returns what the transactions changed. What cannot be read is part of the answer. */
    ErrantChanges find(GtidSet errant) throws ServerException {
        wanted = errant;
        long begin = nanoTime.getAsLong();
        boolean refused = false;
        try {
            for (String log : logsWith(errant)) {
                if (nanoTime.getAsLong() - begin > LIMIT.toNanos()) {
                    break;
                }
                read(log, begin);
            }
        } catch (RefusedException e) {
            unread.add(reason(e));
            refused = true;
        }
        if (!wanted.isEmpty() && !refused) {
            unread.add(wanted.count() + " transactions, "
                    + (nanoTime.getAsLong() - begin > LIMIT.toNanos()
                            ? "because the logs are too large to read them all here: mysqlbinlog --include-gtids="
                                    + wanted
                            : "which are in no binary log"));
        }
        return new ErrantChanges(
                found.entrySet().stream()
                        .map(each -> new Change(each.getKey(), each.getValue()[0], each.getValue()[1]))
                        .sorted(Comparator.comparingLong(Change::transactions).reversed())
                        .toList(),
                unread);
    }

    private static String reason(RefusedException e) {
        if (e.number() == NO_BINARY_LOG) {
            return "the target has no binary log";
        }
        return e.isAccessDenied()
                ? "the target's binary logs: GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* to the account of --user"
                : e.getMessage();
    }

    /** Returns the logs that have some of them, the oldest first. */
    private List<String> logsWith(GtidSet errant) throws ServerException {
        Rows rows = sql.query("SHOW BINARY LOGS");
        List<String> logs = new ArrayList<>();
        GtidSet later = errant; // those of the wanted that are in this log or in an earlier one
        for (int i = rows.size() - 1; i >= 0 && !later.isEmpty(); i--) {
            String log = rows.value(i, "Log_name").orElse("");
            GtidSet earlier = previous(log).intersect(errant);
            if (!earlier.equals(later)) {
                logs.add(0, log);
            }
            later = earlier;
        }
        if (!later.isEmpty()) {
            unread.add(later.count() + " transactions whose binary logs the target has purged: " + later);
            wanted = wanted.subtract(later);
        }
        return logs;
    }

    private GtidSet previous(String log) throws ServerException {
        Rows head = events(log, FIRST_POSITION, 3);
        for (int i = 0; i < head.size(); i++) {
            if (value(head, i, "Event_type").equals("Previous_gtids")) {
                return GtidSet.parse(value(head, i, "Info"));
            }
        }
        return GtidSet.EMPTY;
    }

    private Rows events(String log, long position, int limit) throws ServerException {
        return sql.query(Statement.of("SHOW BINLOG EVENTS IN ? FROM ? LIMIT ?", log, position, limit));
    }

    /** Reads whole transactions at a time: the events in a compressed one have the position of its end. */
    private void read(String log, long begin) throws ServerException {
        long position = FIRST_POSITION;
        int limit = PAGE;
        while (!wanted.isEmpty() || inside) {
            Rows rows = events(log, position, limit);
            boolean more = rows.size() == limit;
            int end = more ? lastGtid(rows) : rows.size();
            if (more && end == 0 && limit < SqlSession.MAX_ROWS) {
                limit = SqlSession.MAX_ROWS;
                continue;
            }
            boolean cut = more && end == 0;
            for (int i = 0; i < (cut ? rows.size() : end); i++) {
                take(value(rows, i, "Event_type"), value(rows, i, "Info"));
            }
            if (!more || nanoTime.getAsLong() - begin > LIMIT.toNanos()) {
                break;
            }
            position = number(rows, cut ? rows.size() - 1 : end, cut ? "End_log_pos" : "Pos");
        }
        endTransaction();
    }

    /** Returns the index of the last transaction's first event; 0 if there is none. */
    private static int lastGtid(Rows rows) {
        for (int i = rows.size() - 1; i > 0; i--) {
            if (value(rows, i, "Event_type").startsWith("Gtid")) {
                return i;
            }
        }
        return 0;
    }

    private void take(String type, String info) {
        if (type.startsWith("Gtid") || type.equals("Anonymous_Gtid")) {
            endTransaction();
            Matcher gtid = GTID.matcher(info);
            if (gtid.find() && !gtid.group(1).equals("ANONYMOUS")) {
                GtidSet one = GtidSet.parse(gtid.group(1));
                inside = one.isSubsetOf(wanted);
                wanted = wanted.subtract(one);
            }
        } else if (inside) {
            takeChange(type, info);
        }
    }

    private void takeChange(String type, String info) {
        Matcher id = TABLE_ID.matcher(info);
        Matcher table = TABLE.matcher(info);
        if (type.equals("Table_map") && id.lookingAt() && table.lookingAt()) {
            tables.put(id.group(1), table.group(1));
        } else if (type.endsWith("_rows") && id.lookingAt()) {
            Optional.ofNullable(tables.get(id.group(1))).ifPresent(this::add);
        } else if (type.equals("Query")) {
            LoggedStatement.objectOf(info).ifPresent(this::add);
        }
    }

    private void add(String object) {
        changed.add(object);
        found.computeIfAbsent(object, name -> new long[2])[1]++;
    }

    private void endTransaction() {
        changed.forEach(object -> found.get(object)[0]++);
        changed.clear();
        tables.clear();
        inside = false;
    }

    private static String value(Rows rows, int row, String column) {
        return rows.value(row, column).orElse("");
    }

    private static long number(Rows rows, int row, String column) {
        return Rows.number(value(rows, row, column)).orElse(Long.MAX_VALUE);
    }
}
