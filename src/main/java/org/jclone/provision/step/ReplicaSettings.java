package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** The settings of the new replica: writes them, and checks that the real server reads them. */
final class ReplicaSettings {

    private final Run run;

    ReplicaSettings(Run run) {
        this.run = run;
    }

    /** @param more of a member of a group */
    void write(Words words, Map<String, String> more) throws CloneException {
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
        settings.putAll(more);
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
        // The program does not show what a plugin reads.
        expected.keySet().removeIf(name -> name.startsWith("loose-") || name.equals("plugin_load_add"));
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
}
