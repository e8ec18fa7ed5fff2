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
 * The properties of a donor that are compared with the target, from the response to COM_INIT or from earlier queries.
 *
 * @param versionText as the donor shows it
 * @param version the parsed version
 * @param settings system variables by name
 * @param plugins names and shared libraries; the library is empty if there is none or it is unknown
 * @param collations names of all collations that the donor knows
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

    /** Queries the donor in SQL. Long-term support is then derived from the version number. */
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

    /** Returns rows of a name and a value as a map. */
    static Map<String, String> pairs(Rows rows) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            pairs.put(rows.text(i, 0), rows.text(i, 1));
        }
        return pairs;
    }
}
