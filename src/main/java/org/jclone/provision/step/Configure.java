package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * CONFIGURE: makes a replica of the clone. Writes the settings and checks that the real server reads them, disables the
 * donor's events, removes the donor's channels, and sets up the new one.
 */
public final class Configure {

    /** From this version on {@code DISABLE ON REPLICA}. */
    private static final int DISABLE_ON_REPLICA = 80_200;

    private final Run run;

    public Configure(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        ServerSession sql = run.privateServer().orElseThrow().session();
        writeSettings(sql.words());
        try {
            requireSourceStillFits();
            sql.query("SET SESSION sql_log_bin=0");
            sql.query("SET GLOBAL super_read_only=OFF");
            disableEvents(sql);
            if (!run.record().has(Fact.CHANNEL)) {
                removeChannels(sql);
                changeSource(sql);
                run.record().set(Fact.CHANNEL, "configured");
            }
            sql.query("SET GLOBAL super_read_only=ON");
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    private void writeSettings(Words words) throws CloneException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server_id", run.record().fact(Fact.SERVER_ID).orElseThrow());
        settings.put("read_only", "ON");
        settings.put("super_read_only", "ON");
        settings.put("relay_log_recovery", "ON");
        settings.put(words.variable("skip_replica_start"), "OFF");
        run.request().replication().reportHost().ifPresent(host -> settings.put("report_host", host));
        if (run.isByGtid()) {
            settings.put("enforce_gtid_consistency", "ON");
            settings.put("gtid_mode", "ON");
        }
        new ConfigFile(run.request().configFile()).write(settings);
        run.forgetEffective();
        requireRead(settings);
    }

    /** The real server must have these settings, or else it would be writable, or clash with another. */
    private void requireRead(Map<String, String> settings) throws CloneException {
        boolean willStart = run.request().service().startCommand().isPresent();
        EffectiveOptions real = willStart
                ? run.effective()
                : EffectiveOptions.with(run.request().mysqld(), run.request().configFile());
        Map<String, String> expected = new LinkedHashMap<>(settings);
        expected.put("datadir", run.directory().toString());
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, value) -> {
            String found = real.value(name).orElse("");
            if (!isSame(value, found)) {
                wrong.add(name + "=" + found + " (expected: " + value + ")");
            }
        });
        if (wrong.isEmpty()) {
            return;
        }
        String line = "!include " + run.request().configFile();
        String where = run.request()
                .mysqld()
                .optionFile()
                .map(Object::toString)
                .orElse("the server's option file, such as /etc/my.cnf");
        String text = "the server would run with " + String.join(", ", wrong) + "; the line for the end of " + where
                + ": " + line;
        if (willStart) {
            throw Failure.Provisioning.CONFIG_NOT_READ.exception(text);
        }
        run.warn(text, "Add that line before you start the server.");
    }

    private static boolean isSame(String expected, String found) {
        return switch (expected) {
            case "ON" -> found.equals("ON") || found.equals("TRUE");
            case "OFF" -> found.equals("OFF") || found.equals("FALSE");
            default -> withoutSlash(found).equals(expected);
        };
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Asks again what was asked before the copy: the source may have purged its logs since. */
    private void requireSourceStillFits() throws ServerException, CloneException {
        if (run.record().has(Fact.CHANNEL)) {
            return;
        }
        try (ServerSession sql = run.source().connect()) {
            SourceFacts source =
                    SourceFacts.ask(sql, run.request().replication().user());
            if (run.isByGtid()) {
                requireGtids(sql, source);
            } else {
                requirePosition(sql);
            }
        }
    }

    private void requireGtids(ServerSession sql, SourceFacts source) throws ServerException, CloneException {
        GtidSet clone = GtidSet.parse(run.record().fact(Fact.GTID_EXECUTED).orElse(""));
        GtidSet purged = source.purged().subtract(clone);
        if (!purged.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the source " + run.sourceAddress() + " has purged transactions that the clone lacks: " + purged);
        }
        GtidSet errant = clone.subtract(source.executed());
        if (!errant.isEmpty()) {
            errant = clone.subtract(sql.gtidSet("@@GLOBAL.gtid_executed")); // a source that is a replica may lag
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("transactions of the clone", Long.toString(clone.count()));
        inputs.put("of the source", Long.toString(source.executed().count()));
        inputs.put("purged there", Long.toString(source.purged().count()));
        run.decided(
                "source fits",
                errant.isEmpty() ? source.executed().subtract(clone).count() + " transactions to fetch" : "no",
                inputs);
        if (!errant.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the clone has transactions that the source " + run.sourceAddress() + " lacks: " + errant);
        }
    }

    private void requirePosition(ServerSession sql) throws ServerException, CloneException {
        String file = run.record().fact(Fact.BINLOG_FILE).orElseThrow();
        long position = Long.parseLong(run.record().fact(Fact.BINLOG_POSITION).orElseThrow());
        Rows logs = sql.query("SHOW BINARY LOGS");
        for (int i = 0; i < logs.size(); i++) {
            if (logs.value(i, "Log_name").filter(file::equals).isPresent()) {
                long size = Rows.number(logs.value(i, "File_size").orElse("")).orElse(0);
                if (size < position) {
                    throw Failure.Provisioning.SOURCE.exception("the source's " + file + " has " + size
                            + " bytes, and the clone's position is " + position);
                }
                return;
            }
        }
        throw Failure.Provisioning.SOURCE.exception(
                "the source " + run.sourceAddress() + " no longer has " + file + ", where the clone ends");
    }

    private void disableEvents(ServerSession sql) throws ServerException {
        Rows events = sql.query("SELECT EVENT_SCHEMA, EVENT_NAME, DEFINER FROM information_schema.EVENTS"
                + " WHERE STATUS = 'ENABLED'");
        String how = sql.version().isAtLeast(DISABLE_ON_REPLICA) ? "DISABLE ON REPLICA" : "DISABLE ON SLAVE";
        for (int i = 0; i < events.size(); i++) {
            String definer = events.text(i, 2);
            int at = definer.lastIndexOf('@');
            sql.query(Statement.of( // without a definer it would be the temporary account
                    "ALTER DEFINER = ?@? EVENT ?.? " + how,
                    Statement.name(definer.substring(0, Math.max(0, at))),
                    Statement.name(definer.substring(at + 1)),
                    Statement.name(events.text(i, 0)),
                    Statement.name(events.text(i, 1))));
            run.note("disabled the event " + events.text(i, 0) + "." + events.text(i, 1)
                    + ": it runs on the source, and its changes are replicated");
        }
    }

    private void removeChannels(ServerSession sql) throws ServerException {
        Rows channels = sql.query(
                "SELECT Channel_name, Host, Port, User_name, User_password <> '' FROM mysql.slave_master_info");
        for (int i = 0; i < channels.size(); i++) {
            String name = channels.text(i, 0);
            String replica = sql.words().replica();
            sql.query(Statement.of("STOP " + replica + " FOR CHANNEL ?", name));
            sql.query(Statement.of("RESET " + replica + " ALL FOR CHANNEL ?", name));
            run.note("removed the donor's channel '" + name + "', to " + channels.text(i, 1) + ":"
                    + channels.text(i, 2) + " as " + channels.text(i, 3)
                    + (channels.text(i, 4).equals("1") ? "; the clone also had its password" : ""));
        }
    }

    private void changeSource(ServerSession sql) throws ServerException {
        DonorAddress source = run.sourceAddress();
        Words words = sql.words();
        List<String> options = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        add(options, values, words.sourceOption("SOURCE_HOST"), source.host());
        add(options, values, words.sourceOption("SOURCE_PORT"), source.port());
        add(
                options,
                values,
                words.sourceOption("SOURCE_USER"),
                run.request().replication().user());
        add(
                options,
                values,
                words.sourceOption("SOURCE_PASSWORD"),
                run.request().replication().password());
        if (run.isByGtid()) {
            add(options, values, words.sourceOption("SOURCE_AUTO_POSITION"), 1);
        } else {
            add(options, values, words.sourceOption("SOURCE_AUTO_POSITION"), 0);
            add(
                    options,
                    values,
                    words.sourceOption("SOURCE_LOG_FILE"),
                    run.record().fact(Fact.BINLOG_FILE).orElseThrow());
            add(
                    options,
                    values,
                    words.sourceOption("SOURCE_LOG_POS"),
                    Long.parseLong(run.record().fact(Fact.BINLOG_POSITION).orElseThrow()));
        }
        addTls(options, values, words);
        values.add(run.request().replication().channel());
        sql.query(Statement.of(
                words.changeSource() + " " + String.join(", ", options) + " FOR CHANNEL ?", values.toArray()));
    }

    /** Protects the channel as this run's own connections. */
    private void addTls(List<String> options, List<Object> values, Words words) {
        TlsSettings tls = run.sourceTls();
        boolean encrypted = tls.sslMode() != SslMode.DISABLED;
        add(options, values, words.sourceOption("SOURCE_SSL"), encrypted ? 1 : 0);
        if (!encrypted || tls.sslMode() == SslMode.PREFERRED) {
            add(options, values, words.sourceOption("GET_SOURCE_PUBLIC_KEY"), 1);
        }
        Map<String, Optional<java.nio.file.Path>> files = new LinkedHashMap<>();
        files.put("SOURCE_SSL_CA", tls.sslCa());
        files.put("SOURCE_SSL_CERT", tls.sslCert());
        files.put("SOURCE_SSL_KEY", tls.sslKey());
        if (encrypted) {
            files.forEach((name, file) -> file.ifPresent(path -> add(
                    options,
                    values,
                    words.sourceOption(name),
                    path.toAbsolutePath().toString())));
            if (tls.sslMode() == SslMode.VERIFY_IDENTITY) {
                add(options, values, words.sourceOption("SOURCE_SSL_VERIFY_SERVER_CERT"), 1);
            }
        }
    }

    private static void add(List<String> options, List<Object> values, String name, Object value) {
        options.add(name + "=?");
        values.add(value);
    }
}
