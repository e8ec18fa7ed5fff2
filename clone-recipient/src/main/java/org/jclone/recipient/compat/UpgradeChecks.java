package org.jclone.recipient.compat;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.Mismatch.Severity;
import org.jclone.recipient.sql.Grants;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/**
 * Checks for obstacles to the upgrade of a clone, as far as SQL on the donor shows them. Each subject is a mismatch, in order, or not checked.
 */
final class UpgradeChecks {

    private static final int MOST_ROWS = 1000;
    private static final int MOST_NAMES = 5;
    private static final int SERIES_8_4 = 80_400;
    private static final int SERIES_9_0 = 90_000;

    /** Subjects that SQL does not show. */
    private static final List<String> NEVER_ASKED = List.of(
            "reserved words", "statements in routines, triggers, events and views", "foreign keys on keys not unique");

    private final List<Mismatch> findings = new ArrayList<>();
    private final List<String> lookedAt = new ArrayList<>();
    private final List<String> notLookedAt = new ArrayList<>();

    private UpgradeChecks() {}

    /** Returns checks that queried nothing. */
    static UpgradeChecks none() {
        UpgradeChecks none = new UpgradeChecks();
        none.notLookedAt.add("anything: the donor was not asked");
        return none;
    }

    /** Runs all checks that apply to {@code target}; a refused query counts as not checked. */
    static UpgradeChecks ask(SqlSession sql, ServerVersion target, TargetFacts facts) throws CloneException {
        UpgradeChecks checks = new UpgradeChecks();
        Grants grants;
        try {
            sql.limit();
            grants = Grants.ask(sql);
        } catch (SqlException e) {
            checks.notLookedAt.add("anything: the donor says " + e.getMessage());
            return checks;
        }
        checks.accounts(sql, target, grants);
        checks.floatAutoIncrement(sql, target, grants);
        checks.spatialIndexes(sql, grants);
        checks.settings(sql, facts);
        checks.notLookedAt.addAll(NEVER_ASKED);
        return checks;
    }

    /** Finds the accounts that cannot log in on the target. */
    private void accounts(SqlSession sql, ServerVersion target, Grants grants) throws CloneException {
        String subject = "accounts by authentication plugin";
        if (target.number() < SERIES_8_4) {
            return;
        }
        try {
            Rows rows = sql.query("SELECT CONCAT(user, '@', host) FROM mysql.user WHERE plugin IN"
                    + " ('mysql_native_password', 'authentication_fido') ORDER BY 1 LIMIT " + MOST_ROWS);
            lookedAt.add(subject);
            if (!rows.isEmpty()) {
                boolean removed = target.number() >= SERIES_9_0;
                found(
                        "accounts",
                        names(rows) + " use mysql_native_password or authentication_fido",
                        target,
                        removed
                                ? "These plugins were removed, so nobody can log in with such an account: ALTER USER ..."
                                        + " IDENTIFIED WITH caching_sha2_password BY '...' before."
                                : "mysql_native_password is off unless mysql_native_password=ON is set, and"
                                        + " authentication_fido was removed: ALTER USER ... IDENTIFIED WITH"
                                        + " caching_sha2_password BY '...' before.");
            }
        } catch (SqlException e) {
            notLookedAt.add(subject + " (" + grants.remedy(e, "SELECT ON mysql.user") + ')');
        }
    }

    /** Finds the tables with a column type that 8.4 does not support. */
    private void floatAutoIncrement(SqlSession sql, ServerVersion target, Grants grants) throws CloneException {
        if (target.number() >= SERIES_8_4) {
            tables(
                    sql,
                    grants,
                    target,
                    "AUTO_INCREMENT with FLOAT or DOUBLE",
                    "SELECT DISTINCT CONCAT(table_schema, '.', table_name) FROM information_schema.columns"
                            + " WHERE extra LIKE '%auto_increment%' AND data_type IN ('float', 'double')",
                    "MySQL 8.4 removed it: first change the columns to an integer type.");
        }
    }

    /** Finds the tables with indexes that may need to be rebuilt after an upgrade. */
    private void spatialIndexes(SqlSession sql, Grants grants) throws CloneException {
        tables(
                sql,
                grants,
                null,
                "spatial indexes",
                "SELECT DISTINCT CONCAT(table_schema, '.', table_name) FROM information_schema.statistics"
                        + " WHERE index_type = 'SPATIAL'",
                "Older releases could damage spatial indexes: CHECK TABLE after the upgrade, and rebuild those it"
                        + " reports. MySQL's release notes say between which versions to drop them before the upgrade.");
    }

    private void tables(
            SqlSession sql, Grants grants, ServerVersion target, String subject, String query, String advice)
            throws CloneException {
        if (!grants.seesTables()) {
            notLookedAt.add(subject + " (" + grants.statement("REFERENCES ON *.*") + ')');
            return;
        }
        try {
            Rows rows = sql.query(query + " AND table_schema NOT IN ('mysql', 'sys', 'performance_schema',"
                    + " 'information_schema') ORDER BY 1 LIMIT " + MOST_ROWS);
            lookedAt.add(subject);
            if (!rows.isEmpty()) {
                found(subject, names(rows), target, advice);
            }
        } catch (SqlException e) {
            notLookedAt.add(subject + " (the donor says " + e.getMessage() + ')');
        }
    }

    /** Finds the variables set on the donor that the target's mysqld does not know. */
    private void settings(SqlSession sql, TargetFacts facts) throws CloneException {
        String subject = "variables that were removed";
        if (facts.variables().isEmpty()) {
            notLookedAt.add(subject + " (give --mysqld)");
            return;
        }
        Set<String> known = facts.variables().get();
        try {
            Rows plugins = sql.query("SELECT plugin_name FROM information_schema.plugins"
                    + " WHERE plugin_library IS NOT NULL ORDER BY 1 LIMIT " + MOST_ROWS);
            Rows rows = sql.query("SELECT variable_name FROM performance_schema.variables_info"
                    + " WHERE variable_source NOT IN ('COMPILED', 'DYNAMIC') ORDER BY 1 LIMIT " + MOST_ROWS);
            lookedAt.add(subject);
            List<String> unknown = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                String name = rows.text(i, 0);
                if (!known.contains(name) && !name.contains(".") && !isOfPlugin(name, plugins)) {
                    unknown.add(name);
                }
            }
            if (!unknown.isEmpty()) {
                findings.add(new Mismatch(
                        Severity.HARMLESS,
                        "settings",
                        some(unknown),
                        "does not know them",
                        "A mysqld does not start with unknown settings: leave them out of its option" + " files."));
            }
        } catch (SqlException e) {
            notLookedAt.add(subject + " (the donor says " + e.getMessage() + ')');
        }
    }

    private static boolean isOfPlugin(String variable, Rows plugins) {
        for (int i = 0; i < plugins.size(); i++) {
            if (variable.startsWith(plugins.text(i, 0) + '_')) {
                return true;
            }
        }
        return false;
    }

    private void found(String subject, String what, ServerVersion target, String advice) {
        findings.add(new Mismatch(
                Severity.HARMLESS, subject, what, target == null ? "upgrades them" : target.text(), advice));
    }

    private static String names(Rows rows) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            names.add(rows.text(i, 0));
        }
        return some(names);
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(MOST_NAMES).collect(joining(", "));
        return names.size() > MOST_NAMES ? first + " and " + (names.size() - MOST_NAMES) + " more" : first;
    }

    List<Mismatch> findings() {
        return List.copyOf(findings);
    }

    /** Describes what the first start does, what to read before it, and what was checked. */
    String advice(ServerVersion donor, ServerVersion target) {
        boolean path = target.series().equals(donor.series());
        StringBuilder text = new StringBuilder(
                        "The first start upgrades the data dictionary and the system tables; no ")
                .append(donor.series())
                .append(path ? " before " + target.text() : "")
                .append(" opens the directory afterwards. Start without plugin_load_add (MY-013238)."
                        + " Before that, read in MySQL's manual: \"What Is New\" and the removed variables of ")
                .append(target.series())
                .append(".");
        if (target.number() >= SERIES_9_0 && donor.number() < SERIES_9_0) {
            text.append(" 9.0 removed mysql_native_password.");
        } else if (target.number() >= SERIES_8_4 && donor.number() < SERIES_8_4) {
            text.append(" 8.4 turned mysql_native_password off.");
        }
        if (!lookedAt.isEmpty()) {
            text.append(" Checked on the donor: ")
                    .append(String.join("; ", lookedAt))
                    .append('.');
        }
        return text.append(" Not checked: ")
                .append(String.join("; ", notLookedAt))
                .append(". MySQL Shell's util.checkForServerUpgrade() checks more.")
                .toString();
    }
}
