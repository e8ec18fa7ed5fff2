package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.donor.api.DonorProfile;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.TextRow;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;

/** The statements that clients send around a clone: KILL, SET and the like, and SELECT of system variables. */
final class Statements {

    private static final int ER_NO_SUCH_THREAD = 1094;
    private static final int ER_UNKNOWN_SYSTEM_VARIABLE = 1193;
    private static final int ER_NOT_SUPPORTED_YET = 1235;

    private static final Pattern KILL =
            Pattern.compile("KILL\\s+(?<what>CONNECTION\\s+|QUERY\\s+)?(?<id>\\d{1,18})", Pattern.CASE_INSENSITIVE);
    private static final Pattern HARMLESS = Pattern.compile(
            "(SET|DO|USE|COMMIT|ROLLBACK|BEGIN|START TRANSACTION)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern SELECT_VARIABLES = Pattern.compile(
            "SELECT\\s+(?<list>@@[\\w.]+(\\s*,\\s*@@[\\w.]+)*)(\\s+LIMIT\\s+1)?", Pattern.CASE_INSENSITIVE);

    private final Sessions sessions;
    private final Map<String, String> variables = new HashMap<>();

    Statements(DonorServices services) {
        sessions = services.sessions();
        DonorProfile profile = services.config().profile();
        variables.putAll(profile.variables());
        variables.put("version", profile.version());
        variables.put("version_comment", "jclone donor");
        variables.put(
                "innodb_page_size", Integer.toString(services.config().source().pageSize()));
    }

    QueryResponse execute(String sql) {
        String statement = sql.strip().replaceFirst(";$", "").strip();
        Matcher kill = KILL.matcher(statement);
        if (kill.matches()) {
            return kill(Long.parseLong(kill.group("id")), kill.group("what"));
        }
        Matcher select = SELECT_VARIABLES.matcher(statement);
        if (select.matches()) {
            return select(select.group("list").split("\\s*,\\s*"));
        }
        if (HARMLESS.matcher(statement).matches()) {
            return ok();
        }
        return error(ER_NOT_SUPPORTED_YET, "42000", "this donor runs no such statement");
    }

    private QueryResponse kill(long id, String what) {
        Optional<DonorSession> victim = sessions.find(id);
        if (victim.isEmpty()) {
            return error(ER_NO_SUCH_THREAD, "HY000", "no connection has the id " + id);
        }
        if (what != null && what.toUpperCase(Locale.ROOT).startsWith("QUERY")) {
            victim.get().killQuery();
        } else {
            victim.get().kill();
        }
        return ok();
    }

    private QueryResponse select(String[] names) {
        List<ColumnDefinition41> columns = new ArrayList<>();
        List<Optional<String>> values = new ArrayList<>();
        for (String name : names) {
            String variable = name.toLowerCase(Locale.ROOT).replaceFirst("^@@((global|session)\\.)?", "");
            if (!variables.containsKey(variable)) {
                return error(ER_UNKNOWN_SYSTEM_VARIABLE, "HY000", "this donor has no variable " + variable);
            }
            columns.add(ColumnDefinition41.text(name));
            values.add(Optional.of(variables.get(variable)));
        }
        return new QueryResponse.ResultSet(columns, List.of(new TextRow(values)));
    }

    private static QueryResponse ok() {
        return new QueryResponse.Ok(new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0));
    }

    private static QueryResponse error(int errorCode, String sqlState, String text) {
        return new QueryResponse.Err(new ErrPacket(errorCode, sqlState, text));
    }
}
