package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.json.JsonObject;
import org.jclone.json.PlanJson;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the objects of {@code jclone provision} and {@code jclone status} with the tables of docs/options.md. */
class ProvisionJsonTest {

    private static final Pattern NAME = Pattern.compile("`([A-Za-z]+)`");
    private static final DonorAddress DONOR = new DonorAddress("db1", 3306);

    @TempDir
    private Path directory;

    private static List<String> rows(String table) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "options.md"));
        String begin = "<!-- " + table + " -->\n\n";
        int from = page.indexOf(begin);
        assertThat(from).as(begin).isPositive();
        String rest = page.substring(from + begin.length());
        List<String> rows = rest.substring(0, rest.indexOf("\n\n")).lines().toList();
        return rows.subList(2, rows.size());
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(cell.replaceAll("\\([^)]*\\)", ""));
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }

    private static Set<String> documented(String type) throws IOException {
        for (String row : rows("output of provision")) {
            String[] cells = row.split("\\|", -1);
            if (names(cells[1]).contains(type)) {
                Set<String> names = names(cells[3]);
                names.add("type");
                return names;
            }
        }
        throw new AssertionError("not documented: " + type);
    }

    private static Set<String> members(JsonObject object) throws IOException {
        Set<String> names = new TreeSet<>();
        try (JsonParser parser = new JsonFactory().createParser(object.toString())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                names.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
        }
        return names;
    }

    private static ChannelReport channel() {
        return new ChannelReport(
                "",
                "db0",
                3306,
                "repl",
                Optional.of(true),
                true,
                Optional.empty(),
                0,
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                List.of(),
                ChannelReport.Fate.SEEN);
    }

    @Test
    void eventsHaveTheDocumentedMembers() throws Exception {
        Collection<ProvisionEvent> events = List.of(
                new ProvisionEvent.StepBegan(Step.CLONE, true),
                new ProvisionEvent.StepDone(Step.CLONE, Duration.ofSeconds(1)),
                new ProvisionEvent.Decided(Step.PREPARE, "method", "GTID", Map.of("wanted", "AUTO")),
                new ProvisionEvent.Note(Step.STOP, "text"),
                new ProvisionEvent.Warning(Step.STOP, "text", "hint"),
                new ProvisionEvent.ChannelFound(Step.CONFIGURE, channel()),
                new ProvisionEvent.CatchingUp(7, Duration.ZERO, Optional.of(Duration.ofSeconds(3))),
                new ProvisionEvent.Compared(Step.PREPARE, 7, 1),
                new ProvisionEvent.Findings(List.of("problem")));
        Set<String> types = new LinkedHashSet<>();
        for (ProvisionEvent event : events) {
            String name = event.getClass().getSimpleName();
            String type = name.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + name.substring(1);
            assertThat(members(ProvisionJson.of(event))).as(type).isEqualTo(documented(type));
            assertThat(ProvisionJson.of(event).toString()).contains("\"type\":\"" + type + "\"");
            types.add(type);
        }
        assertThat(types).hasSize(ProvisionEvent.class.getPermittedSubclasses().length);
    }

    @Test
    void theLastObjectHasTheDocumentedMembers() throws Exception {
        ProvisionResult result = new ProvisionResult(
                directory,
                DONOR,
                Optional.of(DONOR),
                List.of(channel()),
                "uuid",
                7,
                true,
                Optional.empty(),
                directory.resolve("c.cnf"),
                true,
                List.of(),
                "mysqld",
                Optional.empty(),
                new PersistedReport(Set.of("back_log"), Set.of("port"), false),
                List.of(),
                Map.of());
        assertThat(members(ProvisionJson.of(result))).isEqualTo(documented("provisioned"));
        assertThat(ProvisionJson.of(result).toString())
                .contains("\"persisted\":{\"donor\":[\"back_log\"],\"target\":[\"port\"],\"kept\":false}");
        assertThat(ProvisionText.of(result))
                .contains(
                        "  Persisted    not cloned, of the donor: back_log\n",
                        "  Persisted    not kept, of the old server: port\n");

        CloneException cause = new CloneException(CloneErrorCode.PROVISIONING, "text", "hint");
        assertThat(members(ProvisionJson.of(new ProvisionException(Step.VERIFY, "holds", cause))))
                .isEqualTo(documented("error"));
    }

    @Test
    void aPlanHasTheDocumentedMembers() throws Exception {
        ProvisionPlan plan = new ProvisionPlan(
                DONOR,
                Optional.of(DONOR),
                List.of(),
                Optional.empty(),
                Optional.of(true),
                Optional.empty(),
                ErrantChanges.NONE,
                RecoverySettings.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new PersistedReport(Set.of("back_log"), Set.of(), false),
                List.of(),
                List.of(),
                List.of());
        Set<String> documented = documented("plan");
        documented.removeAll(Set.of("writeRate", "estimate"));
        assertThat(members(PlanJson.of(plan))).isEqualTo(documented);
        assertThat(ProvisionText.of(plan)).contains("  Persisted    not cloned, of the donor: back_log\n");
    }

    @Test
    void theStatusHasTheDocumentedMembers() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(ProvisionRecord.State.BEGUN, Step.CATCH_UP);
        record.set(Fact.METHOD, "GTID");
        record.set(Fact.SERVER_ID, "7");
        record.failed(new CloneException(CloneErrorCode.PROVISIONING, "text", "hint"));

        Set<String> documented = new TreeSet<>();
        for (String row : rows("provision of status")) {
            documented.addAll(names(row.split("\\|", -1)[1]));
        }
        documented.remove("percent"); // during CLONE only
        assertThat(members(new ProvisionStatusText(record, false, Optional.empty()).json()))
                .isEqualTo(documented);
    }
}
