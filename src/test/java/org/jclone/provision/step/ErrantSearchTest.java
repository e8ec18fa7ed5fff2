package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.ErrantChanges.Change;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.ServerException;
import org.junit.jupiter.api.Test;

/** Answers are those of MySQL 9.7.4. */
class ErrantSearchTest {

    private static final String UUID = "48c0d5db-ec83-11f1-a14f-02fc00000001";
    private static final List<String> COLUMNS =
            List.of("Log_name", "Pos", "Event_type", "Server_id", "End_log_pos", "Info");
    private static final List<String> LOGS = List.of("Log_name", "File_size", "Encrypted");

    private final AtomicLong nanos = new AtomicLong();

    private static String event(long position, String type, long end, String info) {
        return "b|" + position + "|" + type + "|7|" + end + "|" + info;
    }

    private static String gtid(long position, String gtid) {
        return event(position, "Gtid", position + 79, "SET @@SESSION.GTID_NEXT= '" + UUID + ":" + gtid + "'");
    }

    private static String previous(String set) {
        return event(127, "Previous_gtids", 244, set.isEmpty() ? "" : UUID + ":" + set);
    }

    private static ScriptedSession target() {
        String format = event(4, "Format_desc", 127, "Server ver: 9.7.4-2, Binlog ver: 4");
        return new ScriptedSession("9.7.4")
                .on("SHOW BINARY LOGS", LOGS, "b.2|2768|No", "b.3|900|No", "b.4|526|No")
                .on("SHOW BINLOG EVENTS IN 'b.2' FROM 4 LIMIT 3", COLUMNS, format, previous(""))
                .on("SHOW BINLOG EVENTS IN 'b.3' FROM 4 LIMIT 3", COLUMNS, format, previous("1-6"))
                .on("SHOW BINLOG EVENTS IN 'b.4' FROM 4 LIMIT 3", COLUMNS, format, previous("1-8"))
                .on(
                        "SHOW BINLOG EVENTS IN 'b.3' FROM 4 LIMIT 2000",
                        COLUMNS,
                        format,
                        previous("1-6"),
                        gtid(244, "7"),
                        event(1627, "Query", 1698, "BEGIN"),
                        event(1698, "Table_map", 1750, "table_id: 109 (d.t)"),
                        event(1750, "Write_rows", 1792, "table_id: 109 flags: STMT_END_F USE_SQL_FOREIGN_KEY_F"),
                        event(1792, "Table_map", 1836, "table_id: 111 (d.u)"),
                        event(1836, "Update_rows", 1876, "table_id: 111 flags: STMT_END_F"),
                        event(1836, "Update_rows", 1876, "table_id: 111 flags: STMT_END_F"),
                        event(1876, "Xid", 1907, "COMMIT /* xid=18 */"),
                        gtid(1907, "8"),
                        event(1986, "Query", 2219, "CREATE USER 'x'@'%' IDENTIFIED WITH 'p' AS '$A$secret'"))
                .on(
                        "SHOW BINLOG EVENTS IN 'b.4' FROM 4 LIMIT 2000",
                        COLUMNS,
                        format,
                        previous("1-8"),
                        gtid(244, "9"),
                        event(2296, "Transaction_payload", 2465, "compression='ZSTD', decompressed_size=199 bytes"),
                        event(2465, "Query", 2465, "BEGIN"),
                        event(2465, "Table_map", 2465, "table_id: 109 (d.t)"),
                        event(2465, "Delete_rows", 2465, "table_id: 109 flags: STMT_END_F"),
                        event(2465, "Xid", 2465, "COMMIT /* xid=24 */"),
                        event(2465, "Gtid_tagged_log_event", 2546, "SET @@SESSION.GTID_NEXT= '" + UUID + ":tagx:1'"),
                        event(2546, "Query", 2600, "use `d`; insert into v values (1)"));
    }

    private ErrantChanges find(ScriptedSession target, String intervals) throws ServerException {
        return new ErrantSearch(target, nanos::get).find(GtidSet.parse(UUID + ":" + intervals));
    }

    @Test
    void namesTheTablesAndCounts() throws Exception {
        assertThat(find(target(), "7-9"))
                .isEqualTo(new ErrantChanges(
                        List.of(new Change("d.t", 2, 2), new Change("d.u", 1, 2), new Change("CREATE USER", 1, 1)),
                        List.of()));
    }

    @Test
    void readsOnlyTheLogsThatHaveSome() throws Exception {
        ScriptedSession target = target();
        ErrantChanges changes = find(target, "9:tagx:1");
        assertThat(changes.changes()).containsExactly(new Change("d.t", 1, 1), new Change("d.v", 1, 1));
        assertThat(changes.unread()).isEmpty();
        assertThat(target.asked()).noneMatch(text -> text.contains("'b.3' FROM 4 LIMIT 2000"));
    }

    @Test
    void saysWhatWasPurged() throws Exception {
        ScriptedSession target = target().on("SHOW BINARY LOGS", LOGS, "b.4|526|No");
        ErrantChanges changes = find(target, "7-9");
        assertThat(changes.changes()).containsExactly(new Change("d.t", 1, 1));
        assertThat(changes.unread())
                .containsExactly("2 transactions whose binary logs the target has purged: " + UUID + ":7-8");
    }

    @Test
    void namesThePrivilegeThatHelps() throws Exception {
        assertThat(find(target().denies("SHOW BINLOG EVENTS"), "7").describe())
                .isEqualTo(
                        "not read: the target's binary logs: GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* to the"
                                + " account of --user");
        ScriptedSession without = target().on(
                        "SHOW BINARY LOGS", () -> ScriptedSession.refusal(1381, "You are not using binary logging"));
        assertThat(find(without, "7").unread()).containsExactly("the target has no binary log");
    }

    /** A page ends within a transaction, whose events may all have the same position. */
    @Test
    void continuesWithTheLastTransactionOfAFullPage() throws Exception {
        List<String> page = new ArrayList<>(List.of(previous("1-8"), gtid(244, "9")));
        page.add(event(300, "Table_map", 340, "table_id: 1 (d.a)"));
        page.add(event(340, "Write_rows", 380, "table_id: 1 flags: STMT_END_F"));
        page.add(gtid(400, "10"));
        page.add(event(500, "Table_map", 900, "table_id: 1 (d.b)"));
        while (page.size() < ErrantSearch.PAGE) {
            page.add(event(900, "Write_rows", 900, "table_id: 1 flags: STMT_END_F"));
        }
        ScriptedSession target = target().on(
                        "SHOW BINLOG EVENTS IN 'b.4' FROM 4 LIMIT 2000", COLUMNS, page.toArray(String[]::new))
                .on(
                        "SHOW BINLOG EVENTS IN 'b.4' FROM 400 LIMIT 2000",
                        COLUMNS,
                        gtid(400, "10"),
                        event(500, "Table_map", 900, "table_id: 1 (d.b)"),
                        event(900, "Write_rows", 900, "table_id: 1 flags: STMT_END_F"));

        assertThat(find(target, "9-10").changes()).containsExactly(new Change("d.a", 1, 1), new Change("d.b", 1, 1));
    }

    @Test
    void readsATransactionOfMoreThanAnAnswerInParts() throws Exception {
        List<String> page = new ArrayList<>(List.of(gtid(4, "9"), event(83, "Table_map", 900, "table_id: 1 (d.b)")));
        while (page.size() < 10_000) {
            page.add(event(900, "Write_rows", 950, "table_id: 1 flags: STMT_END_F"));
        }
        ScriptedSession target = target().on(
                        "SHOW BINLOG EVENTS IN 'b.4' FROM 4 LIMIT 2000",
                        COLUMNS,
                        page.subList(0, 2000).toArray(String[]::new))
                .on("SHOW BINLOG EVENTS IN 'b.4' FROM 4 LIMIT 10000", COLUMNS, page.toArray(String[]::new))
                .on(
                        "SHOW BINLOG EVENTS IN 'b.4' FROM 950 LIMIT 10000",
                        COLUMNS,
                        event(950, "Write_rows", 999, "table_id: 1 flags: STMT_END_F"));

        assertThat(find(target, "9").changes()).containsExactly(new Change("d.b", 1, 9999));
    }

    @Test
    void givesUpOnLogsThatTakeTooLong() throws Exception {
        ScriptedSession target = target();
        ErrantChanges changes = new ErrantSearch(target, () -> nanos.getAndAdd(ErrantSearch.LIMIT.toNanos()))
                .find(GtidSet.parse(UUID + ":7-9"));
        assertThat(changes.unread()).hasSize(1);
        assertThat(changes.unread().get(0)).contains("too large", "mysqlbinlog --include-gtids=" + UUID + ":");
    }
}
