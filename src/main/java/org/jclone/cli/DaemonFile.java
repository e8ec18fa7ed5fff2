package org.jclone.cli;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.cli.defaults.OptionFile;
import org.jclone.cli.option.DaemonOptions;
import org.jclone.cli.option.SectionParser;
import org.jclone.cli.option.UsageException;
import org.jclone.daemon.ConfigurationException;
import org.jclone.daemon.ConfigurationSource;
import org.jclone.daemon.DaemonConfiguration;
import org.jclone.daemon.DaemonSettings;
import org.jclone.daemon.Target;
import org.jclone.daemon.throttle.ThrottleRule;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.recipient.api.CloneException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The configuration of the daemon: an option file with the groups [target NAME], [source NAME], [replication], [throttle],
 * [hooks] and [daemon]. Except for [daemon], their options are those of {@code jclone provision}. A target has those of
 * [replication], [throttle], [hooks], of the source that it names, and its own, which count last.
 */
final class DaemonFile implements ConfigurationSource {

    private static final String TARGET = "target";
    private static final String SOURCE = "source";
    private static final String THROTTLE = "throttle";
    private static final String DAEMON = "daemon";
    private static final String TIME_ZONE = "time-zone";
    private static final String SCHEDULE = "schedule";

    /** Groups whose options every target has. */
    private static final List<String> SHARED = List.of("replication", THROTTLE, "hooks");

    /** Groups of other programs begin so. */
    private static final List<String> FOREIGN = List.of("client", "jclone", "mysql");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    private static final Pattern RULE = Pattern.compile("(\\S+\\s+)?\\d{1,2}:\\d{2}\\s*-.*");

    /** The group [daemon]. */
    @Command(name = "daemon")
    static final class DaemonSection {

        @Mixin
        private DaemonOptions options;

        DaemonOptions options() {
            return options;
        }
    }

    private final Path file;
    private final ProgramContext context;
    private final List<DefaultsEntry> typed;
    private volatile DaemonOptions options = new DaemonOptions();

    /** @param typed options of the command line that count after those of [daemon] */
    DaemonFile(Path file, ProgramContext context, List<DefaultsEntry> typed) {
        this.file = file.toAbsolutePath().normalize();
        this.typed = typed;
        Map<String, String> environment = new LinkedHashMap<>(context.environment());
        environment.remove("MYSQL_PWD");
        this.context =
                new ProgramContext(context.out(), context.err(), environment, OptionalInt.empty(), Optional::empty);
    }

    /** Returns the options of the daemon, as they were last read. */
    DaemonOptions options() {
        return options;
    }

    @Override
    public DaemonConfiguration read() throws ConfigurationException {
        return new Reading(OptionFile.read(file)).configuration();
    }

    /** One reading of the file, which collects all faults. */
    private final class Reading {

        private final List<String> faults;
        private final Map<String, List<DefaultsEntry>> groups = new LinkedHashMap<>();
        private final Map<String, String> headers = new LinkedHashMap<>();

        /** Options of [daemon] that count at the start only. */
        private final SortedMap<String, List<String>> fixed = new TreeMap<>();

        Reading(OptionFile read) {
            faults = new ArrayList<>(read.faults());
            read.headers().forEach((group, origin) -> {
                String name = canonical(group);
                headers.putIfAbsent(name, origin);
                groups.putIfAbsent(name, new ArrayList<>());
            });
            read.entries().forEach(entry -> groups.get(canonical(entry.group())).add(entry));
        }

        /** The kind in lower case, one blank, and the name as written. */
        private String canonical(String group) {
            String[] words = group.strip().split("\\s+", 2);
            String kind = words[0].toLowerCase(Locale.ROOT);
            return words.length == 1 ? kind : kind + ' ' + words[1];
        }

        DaemonConfiguration configuration() throws ConfigurationException {
            headers.forEach(this::checkGroup);
            DaemonOptions daemon = daemon();
            ThrottleSchedule schedule = schedule();
            List<Target> targets = new ArrayList<>();
            for (String group : groups.keySet()) {
                if (group.startsWith(TARGET + ' ')) {
                    target(group).ifPresent(targets::add);
                }
            }
            if (groups.keySet().stream().noneMatch(group -> group.startsWith(TARGET + ' ')) && faults.isEmpty()) {
                faults.add(file + ": there is no group [target NAME], so there is nothing to do");
            }
            checkDirectories(targets);
            if (!faults.isEmpty()) {
                throw new ConfigurationException(
                        faults.stream().map(Printable::of).toList());
            }
            options = daemon;
            DaemonSettings settings = daemon.settings();
            return new DaemonConfiguration(
                    file,
                    new DaemonSettings(
                            settings.stateDirectory(),
                            settings.maxParallelRuns(),
                            settings.retention(),
                            settings.hangLimit(),
                            fixed),
                    targets,
                    schedule);
        }

        private void checkGroup(String group, String origin) {
            String kind = group.split(" ", 2)[0];
            boolean isNamed = group.length() > kind.length();
            if (kind.equals(TARGET) || kind.equals(SOURCE)) {
                String name = isNamed ? group.substring(kind.length() + 1) : "";
                if (!NAME.matcher(name).matches()) {
                    faults.add(origin + ": [" + group + "]: a name of letters, digits, _ . - is expected: [" + kind
                            + " NAME]");
                }
            } else if (FOREIGN.stream().noneMatch(kind::startsWith)
                    && (isNamed || !SHARED.contains(kind) && !kind.equals(DAEMON))) {
                faults.add(origin + ": unknown group [" + group + "] (expected: target NAME, source NAME, replication,"
                        + " throttle, hooks or daemon)");
            }
        }

        private DaemonOptions daemon() {
            DaemonSection section = new DaemonSection();
            SectionParser parser = new SectionParser(section, Set.of());
            parser.add(groups.getOrDefault(DAEMON, List.of()));
            parser.add(typed);
            String header = headers.getOrDefault(DAEMON, file.toString());
            faults.addAll(parser.parse(header));
            parser.values().forEach((name, values) -> {
                if (name.startsWith("api-") || name.equals("log-level")) {
                    fixed.put(name, values);
                }
            });
            try {
                section.options().api(context.environment());
            } catch (IllegalArgumentException e) {
                faults.add(header + ": [" + DAEMON + "]: " + e.getMessage());
            }
            return section.options();
        }

        private ThrottleSchedule schedule() {
            List<ThrottleRule> rules = new ArrayList<>();
            ZoneId zone = ZoneId.systemDefault();
            for (DefaultsEntry entry : groups.getOrDefault(THROTTLE, List.of())) {
                String value = entry.value().orElse("");
                try {
                    if (RULE.matcher(entry.name()).matches()) {
                        rules.add(ThrottleRule.parse(entry.name() + '=' + value));
                    } else if (isNamed(entry, SCHEDULE)) {
                        rules.add(ThrottleRule.parse(value));
                    } else if (isNamed(entry, TIME_ZONE)) {
                        zone = ZoneId.of(value);
                    }
                } catch (IllegalArgumentException e) {
                    faults.add(entry.origin() + ": " + e.getMessage());
                } catch (DateTimeException e) {
                    faults.add(entry.origin() + ": time-zone: unknown (expected: a name such as Europe/Berlin)");
                }
            }
            return new ThrottleSchedule(rules, zone);
        }

        private static boolean isNamed(DefaultsEntry entry, String name) {
            return entry.name().replace('_', '-').equalsIgnoreCase(name);
        }

        private List<DefaultsEntry> shared() {
            List<DefaultsEntry> entries = new ArrayList<>();
            for (String group : SHARED) {
                for (DefaultsEntry entry : groups.getOrDefault(group, List.of())) {
                    boolean isSchedule = group.equals(THROTTLE)
                            && (isNamed(entry, SCHEDULE)
                                    || isNamed(entry, TIME_ZONE)
                                    || RULE.matcher(entry.name()).matches());
                    if (!isSchedule) {
                        entries.add(entry);
                    }
                }
            }
            return entries;
        }

        private List<DefaultsEntry> sourceOf(String group) {
            List<DefaultsEntry> named = groups.get(group).stream()
                    .filter(entry -> isNamed(entry, "from"))
                    .toList();
            if (named.isEmpty()) {
                return List.of();
            }
            DefaultsEntry last = named.get(named.size() - 1);
            List<DefaultsEntry> source = groups.get(SOURCE + ' ' + last.value().orElse(""));
            if (source == null) {
                faults.add(last.origin() + ": from: there is no group [source "
                        + last.value().orElse("") + ']');
                return List.of();
            }
            return source;
        }

        private Optional<Target> target(String group) {
            TargetSection section = new TargetSection(context);
            SectionParser parser = new SectionParser(section, TargetSection.EXCLUDED);
            parser.add(shared());
            parser.add(sourceOf(group));
            parser.add(groups.get(group));
            String header = headers.get(group);
            List<String> found = parser.parse(header);
            found.stream().filter(fault -> !faults.contains(fault)).forEach(faults::add);
            if (!found.isEmpty()) {
                return Optional.empty();
            }
            try {
                ProvisionRequest request = section.checkOptions(event -> {});
                section.checkSecrets();
                return Optional.of(new Target(
                        group.substring(TARGET.length() + 1),
                        request.directory(),
                        section.addresses(),
                        request.replication().source().first(),
                        section.service(),
                        request.copy().transfer().bandwidthLimits(),
                        section.care(),
                        section.upkeep(request.replace()),
                        section,
                        parser.definition(),
                        header));
            } catch (UsageException | CloneException e) {
                faults.add(header + ": [" + group + "]: " + e.getMessage());
                return Optional.empty();
            }
        }

        private void checkDirectories(List<Target> targets) {
            for (int i = 0; i < targets.size(); i++) {
                for (Target other : targets.subList(0, i)) {
                    Path mine = targets.get(i).directory();
                    if (mine.startsWith(other.directory()) || other.directory().startsWith(mine)) {
                        faults.add(targets.get(i).origin() + ": datadir: " + mine
                                + " is, holds, or lies in that of target " + other.name());
                    }
                }
            }
        }
    }
}
