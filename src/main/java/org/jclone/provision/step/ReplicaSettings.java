package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.ReadOptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** The settings of the new replica: checks that the real server will read them, writes them, and checks it again. */
final class ReplicaSettings {

    private final Run run;

    ReplicaSettings(Run run) {
        this.run = run;
    }

    /** Makes sure, before anything is changed, that the server reads the file and lets nothing override it. */
    void prepare() throws CloneException {
        run.configFile().prepare();
        check();
    }

    /**
     * Makes the checks of {@link #prepare} without changing anything. Without a settings file some are not possible.
     */
    void check() throws CloneException {
        ConfigFile file = run.configFile();
        file.requireOurs();
        ReadOptions read = ReadOptions.of(
                run.request().mysqld(),
                willStart() ? Optional.empty() : Optional.of(run.request().configFile()));
        List<String> settings = file.arguments();
        if (settings.isEmpty()) {
            if (!read.missed(run.request().configFile())) {
                run.report()
                        .note("the run writes " + run.request().configFile()
                                + ", and checks before the copy that the server" + " reads it. The line for the end of "
                                + optionFile() + ": " + line());
            }
            return;
        }
        if (!read.contain(settings)) {
            report("the server does not read " + run.request().configFile() + "; the line for the end of "
                    + optionFile() + ": " + line());
            return;
        }
        List<String> overridden = new ArrayList<>();
        for (ReadOptions.Option option : read.after(settings)) {
            expected()
                    .forEach((name, value) -> option.valueOf(name)
                            .filter(found -> !isSame(value, found))
                            .ifPresent(found -> overridden.add(name + "=" + found + " (expected: " + value + ")")));
        }
        if (!overridden.isEmpty()) {
            report("option files or --mysqld-option have, after "
                    + run.request().configFile() + ", "
                    + String.join(", ", overridden) + ": remove that, or move the line to the end of " + optionFile()
                    + ": " + line());
        }
    }

    /** Returns what the real server must have, as far as it is known. */
    private Map<String, String> expected() {
        Map<String, String> expected = new LinkedHashMap<>();
        run.record().fact(Fact.SERVER_ID).ifPresent(id -> expected.put("server_id", id));
        String readOnly = run.request().replication().writable() ? "OFF" : "ON";
        expected.put("read_only", readOnly);
        expected.put("super_read_only", readOnly);
        expected.put("relay_log_recovery", "ON");
        expected.put("skip_replica_start", "OFF");
        expected.put("skip_slave_start", "OFF");
        run.request().replication().reportHost().ifPresent(host -> expected.put("report_host", host));
        if (run.isByGtid()) {
            expected.put("enforce_gtid_consistency", "ON");
            expected.put("gtid_mode", "ON");
        }
        expected.put("datadir", run.directory().toString());
        return expected;
    }

    /** @param more of a member of a group */
    void write(ServerSession sql, Map<String, String> more) throws ServerException, CloneException {
        Map<String, String> settings = expected();
        settings.remove("datadir");
        settings.remove(
                sql.words().variable("skip_replica_start").equals("skip_replica_start")
                        ? "skip_slave_start"
                        : "skip_replica_start");
        // The name by default has the host's name, and a server whose host was renamed looks for other relay logs.
        run.effective().value("relay_log").ifPresent(name -> settings.put("relay_log", name));
        settings.putAll(more);
        if (run.request().join().isEmpty()) { // a group does not wait for acknowledgements
            settings.putAll(new SemiSync(run).settings(sql));
        }
        run.configFile().write(settings);
        run.forgetEffective();
        requireRead(settings);
    }

    /** Checks that the real server has these settings. Without them it could be writable, or clash with another one. */
    private void requireRead(Map<String, String> settings) throws CloneException {
        EffectiveOptions real = willStart()
                ? run.effective()
                : EffectiveOptions.with(run.request().mysqld(), run.request().configFile());
        Map<String, String> expected = new LinkedHashMap<>(settings);
        expected.put("datadir", run.directory().toString());
        // The program does not show what a plugin reads.
        expected.keySet().removeIf(name -> name.startsWith("loose-") || name.equals("plugin_load_add"));
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, value) -> {
            String found = real.value(name).orElse("");
            if (!isSame(value, found)) {
                wrong.add(name + "=" + found + " (expected: " + value + ")");
            }
        });
        if (!wrong.isEmpty()) {
            report("the server would run with " + String.join(", ", wrong) + "; the line for the end of " + optionFile()
                    + ": " + line());
        }
    }

    /** Fails if jclone is to start the server; otherwise there is time to add the line. */
    private void report(String text) throws CloneException {
        if (willStart()) {
            throw Failure.Provisioning.CONFIG_NOT_READ.exception(text);
        }
        run.report().warn(text, "Add that line before you start the server.");
    }

    private boolean willStart() {
        return run.request().service().startCommand().isPresent();
    }

    private String line() {
        return "!include " + run.request().configFile();
    }

    private String optionFile() {
        return run.request()
                .mysqld()
                .optionFile()
                .map(Object::toString)
                .orElse("the server's option file, such as /etc/my.cnf");
    }

    private static boolean isSame(String expected, String found) {
        return switch (expected) {
            case "ON" -> ReadOptions.isOn(found);
            case "OFF" -> ReadOptions.isOff(found);
            default -> withoutSlash(found).equals(expected);
        };
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
