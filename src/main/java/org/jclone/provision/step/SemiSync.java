package org.jclone.provision.step;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/** Semi-synchronous replication, which a replica uses if a source of it does. */
final class SemiSync {

    private static final String OLD_REPLICA_PLUGIN = "rpl_semi_sync_slave";

    private final Run run;

    SemiSync(Run run) {
        this.run = run;
    }

    /**
     * Returns the settings of the new server; empty if no source waits for its replicas.
     *
     * @param sql to the new server
     */
    Map<String, String> settings(ServerSession sql) throws ServerException, CloneException {
        boolean wanted = false;
        for (ReplicatingChannel channel : run.channels()) {
            wanted |= channel.server().isPresent() && isEnabled(channel.server().get(), channel);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        if (!wanted) {
            return settings;
        }
        Rows loaded = sql.query("SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_STATUS = 'ACTIVE'"
                + " AND PLUGIN_NAME IN ('rpl_semi_sync_replica', 'rpl_semi_sync_slave')");
        String plugin = loaded.single().orElse(sql.words().semiSyncReplicaPlugin());
        if (loaded.isEmpty()) {
            String library = sql.words().semiSyncReplicaLibrary();
            requireLibrary(sql, library);
            settings.put("plugin_load_add", library);
        }
        settings.put("loose-" + plugin + "_enabled", "ON"); // the private server does not load the plugin
        run.report()
                .note("the source runs semi-synchronous replication, so the new server acknowledges, with "
                        + (plugin.equals(OLD_REPLICA_PLUGIN) ? "the plugin rpl_semi_sync_slave" : plugin)
                        + (loaded.isEmpty() ? ", which its settings load" : ", which it loads already"));
        return settings;
    }

    private boolean isEnabled(Server server, ReplicatingChannel channel) {
        try (ServerSession source = server.connect()) {
            Rows rows = source.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN"
                    + " ('rpl_semi_sync_source_enabled', 'rpl_semi_sync_master_enabled') AND Value = 'ON'");
            return !rows.isEmpty();
        } catch (ServerException e) {
            run.report()
                    .warn(
                            "the source " + channel.source()
                                    + " does not say whether it runs semi-synchronous replication: " + e.getMessage(),
                            "");
            return false;
        }
    }

    private static void requireLibrary(ServerSession sql, String library) throws ServerException, CloneException {
        Optional<Path> file =
                sql.query("SELECT @@GLOBAL.plugin_dir").single().map(directory -> Path.of(directory, library));
        if (file.filter(Files::exists).isEmpty()) {
            throw Failure.Provisioning.SEMI_SYNC.exception("the source runs semi-synchronous replication, and "
                    + file.map(Path::toString).orElse(library) + " does not exist");
        }
    }
}
