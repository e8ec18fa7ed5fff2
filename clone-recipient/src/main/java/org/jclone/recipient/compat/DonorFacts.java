package org.jclone.recipient.compat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/**
 * What of a donor is compared with a target; it comes with the answer to COM_INIT, or is asked for before.
 *
 * @param versionText as the donor shows it
 * @param version the same, understood
 * @param settings system variables by name
 * @param plugins names and shared libraries; the library is empty where there is none or it was not told
 * @param collations names of all the donor knows
 */
record DonorFacts(
        String versionText,
        Optional<ServerVersion> version,
        Map<String, String> settings,
        Map<String, String> plugins,
        Set<String> collations) {

    static DonorFacts of(DonorParameters parameters) {
        return new DonorFacts(
                parameters.version(),
                parameters.serverVersion(),
                parameters.settings(),
                parameters.plugins(),
                parameters.collations());
    }

    /** Asks in SQL. A donor that would call itself long-term support is known by its number. */
    static DonorFacts ask(SqlSession sql) throws SqlException, CloneException {
        String version = sql.query("SELECT VERSION()").single().orElse("");
        Map<String, String> settings = pairs(sql.query(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN ('version_compile_os', 'version_compile_machine')"));
        Map<String, String> plugins =
                pairs(sql.query("SELECT plugin_name, plugin_library FROM information_schema.plugins"
                        + " WHERE plugin_status = 'ACTIVE' ORDER BY plugin_name"));
        Set<String> collations = new LinkedHashSet<>();
        Rows names = sql.query("SELECT collation_name FROM information_schema.collations");
        for (int i = 0; i < names.size(); i++) {
            collations.add(names.text(i, 0));
        }
        return new DonorFacts(version, ServerVersion.ofTarget(version), settings, plugins, collations);
    }

    /** Rows of a name and a value. */
    static Map<String, String> pairs(Rows rows) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            pairs.put(rows.text(i, 0), rows.text(i, 1));
        }
        return pairs;
    }
}
