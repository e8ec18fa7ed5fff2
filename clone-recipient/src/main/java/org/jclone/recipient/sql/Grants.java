package org.jclone.recipient.sql;

import java.util.List;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;

/**
 * What the account at the donor may see, and the statement that lets it see more.
 *
 * @param account as {@code CURRENT_USER()} shows it: {@code clone_user@%}
 * @param grants what {@code SHOW GRANTS} shows, a line each
 */
public record Grants(String account, List<String> grants) {

    /** A global privilege with which tables of all schemas are seen in the information schema. */
    private static final Pattern TABLES =
            global("SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|REFERENCES|INDEX|ALTER|TRIGGER|SHOW VIEW");

    private static final Pattern EVENTS = global("EVENT");

    public Grants {
        grants = List.copyOf(grants);
    }

    /** Asks for those of the session's account. */
    public static Grants ask(SqlSession sql) throws SqlException, CloneException {
        String account = sql.query("SELECT CURRENT_USER()").single().orElse("");
        return new Grants(
                account,
                sql.query("SHOW GRANTS").rows().stream()
                        .map(row -> row.get(0).orElse(""))
                        .toList());
    }

    private static Pattern global(String privileges) {
        return Pattern.compile("^GRANT .*\\b(ALL PRIVILEGES|" + privileges + ")\\b.* ON \\*\\.\\* TO ");
    }

    /** Whether all tables show in the information schema. */
    public boolean seesTables() {
        return grants.stream().anyMatch(grant -> TABLES.matcher(grant).find());
    }

    /** Whether all events show in the information schema. */
    public boolean seesEvents() {
        return grants.stream().anyMatch(grant -> EVENTS.matcher(grant).find());
    }

    /** {@code GRANT PROCESS ON *.* TO 'clone_user'@'%';}. */
    public String statement(String what) {
        return "GRANT " + what + " TO " + quotedAccount() + ';';
    }

    /** {@code 'clone_user'@'%'}. The host of an account has no @, its name may. */
    public String quotedAccount() {
        int at = account.lastIndexOf('@');
        return at < 0 ? quote(account) : quote(account.substring(0, at)) + '@' + quote(account.substring(at + 1));
    }

    private static String quote(String name) {
        return '\'' + name.replace("\\", "\\\\").replace("'", "''") + '\'';
    }
}
