package org.jclone.recipient.check;

import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.sql.Grants;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** Queries the donor's tables in other engines than InnoDB. */
public final class OtherEnginesQuery {

    private static final int MOST_ROWS = 1000;
    private static final int COUNT_COLUMN = 3;

    /** Excludes the system schemas: every server has such tables there, and the server on the clone recreates them. */
    private static final String STATEMENT = "SELECT table_schema, table_name, engine, COUNT(*) OVER ()"
            + " FROM information_schema.tables WHERE engine <> 'InnoDB' AND table_type = 'BASE TABLE'"
            + " AND table_schema NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')"
            + " ORDER BY table_schema, table_name LIMIT " + MOST_ROWS;

    private OtherEnginesQuery() {}

    public static OtherEngines ask(SqlSession sql) throws SqlException, CloneException {
        Rows rows = sql.query(STATEMENT);
        List<OtherEngines.Table> tables = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            tables.add(new OtherEngines.Table(rows.text(i, 0), rows.text(i, 1), rows.text(i, 2)));
        }
        long count =
                rows.isEmpty() ? 0 : Rows.number(rows.text(0, COUNT_COLUMN)).orElse(rows.size());
        return new OtherEngines(count, tables, Grants.ask(sql).seesTables());
    }
}
