package org.jclone.cli.output;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.api.TargetEncryption;

/** The summary of a completed clone: what was copied, from where, how fast, and what to do next. */
public final class Summary {

    private static final String DEFAULT_PAGE_SIZE = "16384";

    /** With the headings, 100 columns. */
    private static final int LIST_WIDTH = 85;

    private Summary() {}

    public static String of(CloneResult result) {
        StringBuilder text = new StringBuilder();
        text.append("Cloned ")
                .append(Printable.of(result.donor().toString()))
                .append(" (MySQL ")
                .append(Printable.of(result.donorVersion()))
                .append(") to ")
                .append(printable(result.directory()))
                .append('\n');
        line(text, "Copied", copied(result));
        for (StageProgress stage : result.stages()) {
            if (stage.dataBytes() > 0) {
                line(text, "", EventText.stage(stage));
            }
        }
        new TreeMap<>(result.relocated())
                .forEach((from, to) -> line(text, "Relocated", Printable.of(from) + " -> " + printable(to)));
        result.otherEngines().ifPresent(others -> otherEngines(text, others));
        settings(text, result.configuration());
        result.encryption().ifPresent(encryption -> encryption(text, encryption));
        result.configuration().compatibility().upgrade().ifPresent(upgrade -> upgrade(text, upgrade));
        replication(text, result.configuration().carried());
        line(text, "Start", startCommand(result));
        line(text, "", "as the user who owns the directory; the accounts in it are the donor's");
        line(text, "Coordinates", "when it runs: SELECT binlog_file, binlog_position, gtid_executed");
        line(text, "", "              FROM performance_schema.clone_status;");
        if (!result.configuration().carried().clonePluginLoads().orElse(false)) {
            line(text, "", "if that table is missing: INSTALL PLUGIN clone SONAME 'mysql_clone.so';");
        }
        return text.toString();
    }

    private static String copied(CloneResult result) {
        long now = result.dataBytes() - result.earlierBytes();
        String bytes = result.earlierBytes() == 0
                ? Units.bytes(now)
                : Units.bytes(result.dataBytes()) + ", the last " + Units.bytes(now);
        return bytes + " in " + Units.duration(result.elapsed()) + ", "
                + Units.bytesPerSecond(Units.rate(now, result.elapsed())) + ", " + result.files() + " files, at most "
                + result.maxConnections() + (result.maxConnections() == 1 ? " connection" : " connections");
    }

    private static void settings(StringBuilder text, TargetConfiguration configuration) {
        String where = configuration
                .file()
                .map(file -> ", written to " + printable(file))
                .orElse("");
        line(text, "Settings", "that the server must have" + where + ':');
        configuration.settings().forEach(setting -> line(text, "", Printable.of(setting)));
        if (!configuration.compatibility().notChecked().isEmpty()) {
            list(text, "Not compared", configuration.compatibility().notChecked());
        }
    }

    private static void otherEngines(StringBuilder text, OtherEngines others) {
        if (!others.isEmpty()) {
            line(text, "Not copied", Printable.of("the rows of " + others.describe()));
        } else if (!others.complete()) {
            line(text, "Not copied", "rows outside InnoDB, if there are any: GRANT REFERENCES ON *.* lets jclone see");
        }
    }

    private static void encryption(StringBuilder text, TargetEncryption encryption) {
        if (encryption.keyringFile().isPresent()) {
            line(
                    text,
                    "Keyring",
                    printable(encryption.keyringFile().get()) + ", for the server's user to read and write");
            line(text, "", "mysqld.my next to mysqld: " + TargetEncryption.MANIFEST);
            encryption
                    .componentConfiguration()
                    .ifPresent(configuration -> line(
                            text,
                            "",
                            "component_keyring_file.cnf in the plugin directory: " + Printable.of(configuration)));
        } else {
            line(
                    text,
                    "Keyring",
                    "none: anyone can read the encrypted data. Start the server with a keyring component, and");
            line(text, "", "at once: ALTER INSTANCE ROTATE INNODB MASTER KEY;");
        }
        if (encryption.redoLog() || encryption.undoLog()) {
            String settings = (encryption.redoLog() ? " innodb_redo_log_encrypt=ON" : "")
                    + (encryption.undoLog() ? " innodb_undo_log_encrypt=ON" : "");
            line(text, "Logs", "are encrypted; they stay so with" + settings);
        }
    }

    private static void upgrade(StringBuilder text, Mismatch upgrade) {
        line(
                text,
                "Upgrade",
                "from " + Printable.of(upgrade.donor()) + " to " + Printable.of(upgrade.target())
                        + " at the first start; no older server opens the directory afterwards");
    }

    /** Lists what becomes active on the clone by itself, with the statements that control it. */
    private static void replication(StringBuilder text, CarriedReplication carried) {
        if (!carried.channels().isEmpty()) {
            line(text, "Channels", "the clone has those of the donor; start or remove each:");
            for (CarriedReplication.Channel channel : carried.channels()) {
                line(text, "", channel(channel));
                line(text, "", "  " + Printable.of(channel.startStatement()));
                if (!channel.autoPosition()) {
                    line(text, "", "    (if it fails with error 1872: jclone explain 1872)");
                }
                line(text, "", "  " + Printable.of(channel.removeStatement()));
            }
        }
        if (carried.groupMember()) {
            line(text, "Group", "the donor is a member of a replication group; a server on the clone joins with:");
            line(text, "", "  START GROUP_REPLICATION;");
            carried.groupAccount().ifPresent(account -> groupAccount(text, account));
        }
        long events = carried.enabledEvents().orElse(0);
        if (events > 0) {
            String enabled = events == 1 ? " is enabled and runs" : " are enabled and run";
            line(text, "Events", events + enabled + " at the first start, unless with --event-scheduler=OFF or");
            line(text, "", "--super-read-only=ON; then:");
            line(text, "", "  ALTER EVENT ... DISABLE;");
        }
        for (String notSeen : carried.notSeen()) {
            line(text, "Not seen", Printable.of(notSeen));
        }
    }

    private static void groupAccount(StringBuilder text, String account) {
        line(
                text,
                "",
                "its recovery account " + account + " is in the clone with the password in clear text; without it:");
        line(text, "", "  RESET REPLICA ALL FOR CHANNEL 'group_replication_recovery';");
        line(text, "", "  START GROUP_REPLICATION USER='...', PASSWORD='...';");
    }

    private static String channel(CarriedReplication.Channel channel) {
        String name = channel.name().isEmpty() ? "the default channel" : '\'' + channel.name() + '\'';
        String password = channel.password()
                .map(there -> there ? ", with the password in clear text" : ", without a password")
                .orElse("");
        return Printable.of(name + ": " + channel.user() + " at " + channel.host() + ':' + channel.port()
                + (channel.autoPosition() ? ", by GTID" : ", by position") + password);
    }

    /** The command that starts the server, with the settings that it cannot derive from the directory. */
    private static String startCommand(CloneResult result) {
        if (result.configuration().file().isPresent()) {
            return "mysqld --defaults-extra-file="
                    + quoted(result.configuration().file().get().toString());
        }
        StringBuilder command = new StringBuilder("mysqld --datadir=")
                .append(quoted(result.directory().toString()));
        String pageSize = result.donorSettings().getOrDefault("innodb_page_size", DEFAULT_PAGE_SIZE);
        if (!pageSize.equals(DEFAULT_PAGE_SIZE)) {
            command.append(" --innodb-page-size=").append(Printable.of(pageSize));
        }
        result.configuration()
                .directories()
                .forEach((variable, directory) -> command.append(" --")
                        .append(variable.replace('_', '-'))
                        .append('=')
                        .append(quoted(directory)));
        TreeSet<String> outside = new TreeSet<>();
        for (Path path : result.relocated().values()) {
            if (!path.startsWith(result.directory()) && path.getParent() != null) {
                outside.add(path.getParent().toString());
            }
        }
        if (!outside.isEmpty()) {
            command.append(" --innodb-directories=").append(quoted(String.join(";", outside)));
        }
        return command.toString();
    }

    private static void line(StringBuilder text, String heading, String content) {
        text.append("  ")
                .append(heading)
                .append(" ".repeat("Not compared".length() + 1 - heading.length()))
                .append(Printable.of(content))
                .append('\n');
    }

    /** Adds a list on as many lines as it needs, each short enough for most terminals. */
    private static void list(StringBuilder text, String heading, List<String> items) {
        StringBuilder line = new StringBuilder(items.get(0));
        String shown = heading;
        for (String item : items.subList(1, items.size())) {
            line.append(',');
            if (line.length() + 1 + item.length() > LIST_WIDTH) {
                line(text, shown, line.toString());
                shown = "";
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(item);
        }
        line(text, shown, line.toString());
    }

    private static String printable(Path path) {
        return Printable.of(path.toString());
    }

    /** Quotes the text for a shell. */
    private static String quoted(String path) {
        String text = Printable.of(path);
        boolean plain = text.chars()
                .allMatch(c -> Character.isLetterOrDigit(c) || c == '/' || c == '.' || c == '_' || c == '-');
        return plain ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
