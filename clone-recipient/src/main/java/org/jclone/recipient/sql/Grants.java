package org.jclone.recipient.sql;

import java.util.List;
import java.util.regex.Pattern;
import org.jclone.protocol.text.SqlText;
import org.jclone.recipient.api.CloneException;

/**
 * The privileges of the account on the donor, and the statements that grant more.
 *
 * @param account as {@code CURRENT_USER()} shows it: {@code clone_user@%}
 * @param grants the lines of {@code SHOW GRANTS}
 */
public record Grants(String account, List<String> grants) {

    /** Global privileges that make the tables of all schemas visible in the information schema. */
    private static final Pattern TABLES =
            global("SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|REFERENCES|INDEX|ALTER|TRIGGER|SHOW VIEW");

    private static final Pattern EVENTS = global("EVENT");

    public Grants {
        grants = List.copyOf(grants);
    }

    /** Queries the grants of the session's account. */
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

    /** Whether the account sees all tables in the information schema. */
    public boolean seesTables() {
        return grants.stream().anyMatch(grant -> TABLES.matcher(grant).find());
    }

    /** Whether the account sees all events in the information schema. */
    public boolean seesEvents() {
        return grants.stream().anyMatch(grant -> EVENTS.matcher(grant).find());
    }

    /** Returns a statement such as {@code GRANT PROCESS ON *.* TO 'clone_user'@'%';}. */
    public String statement(String what) {
        return "GRANT " + what + " TO " + quotedAccount() + ';';
    }

    /** Returns the statement that grants what was refused, or the donor's words if no privilege is missing. */
    public String remedy(SqlException refusal, String what) {
        return refusal.isAccessDenied() ? statement(what) : "the donor says " + refusal.getMessage();
    }

    /** Returns {@code 'clone_user'@'%'}. A user name may contain @, a host name cannot. */
    public String quotedAccount() {
        int at = account.lastIndexOf('@');
        return at < 0
                ? SqlText.literal(account)
                : SqlText.literal(account.substring(0, at)) + '@' + SqlText.literal(account.substring(at + 1));
    }
}
