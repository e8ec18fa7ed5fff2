package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.Finding;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A check reports what currently keeps the donor busy, and how to end it. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckBusyDonorIT {

    private final Servers servers;
    private final MySqlServer donor;

    CheckBusyDonorIT(Servers servers) {
        this.servers = servers;
        donor = Checks.donor(servers);
    }

    @AfterAll
    void stop() {
        donor.close();
    }

    @Test
    void findsAnotherClone() throws Exception {
        CloneRecipient other = new CloneRecipient(
                Clones.request(donor, servers.newPath("c"))
                        .transfer(it -> it.withBandwidthLimits(new BandwidthLimits(5, 0)))
                        .build(),
                CloneListener.NONE);
        CompletableFuture<CloneErrorCode> end = CompletableFuture.supplyAsync(() -> {
            try {
                other.run();
                return CloneErrorCode.INTERNAL;
            } catch (CloneException e) {
                return e.code();
            }
        });
        Checks.await(
                () -> donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE command = 'clone'") > 1);
        CheckReport report = Checks.run(Checks.request(donor, Checks.USER).buildForCheck());
        assertThat(Checks.only(report, CheckItem.OTHER_CLONE).text()).contains(MySqlServer.CLONE_USER);
        assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.DONOR_BUSY.exitStatus());

        donor.sql(Checks.only(report, CheckItem.OTHER_CLONE).choices().get(0));
        other.abort("the check has seen it");
        assertThat(end.get(Checks.PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotEqualTo(CloneErrorCode.INTERNAL);
        Checks.await(() ->
                Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.OTHER_CLONE)
                                .state()
                        == Finding.State.OK);
    }

    /** The donor keeps the clone of a client that was killed, and shows one connection of it. */
    @Test
    void findsAnInterruptedClone() throws Exception {
        Path directory = servers.newPath("c");
        List<String> status = List.of("status", directory.toString());
        assertThat(Jclone.run("", status).exitStatus()).isEqualTo(5);
        try (RunningCommand client = Jclone.start(
                MySqlServer.CLONE_PASSWORD,
                List.of(
                        "fetch",
                        "--donor=127.0.0.1:" + donor.port(),
                        "--user=" + MySqlServer.CLONE_USER,
                        "--dir=" + directory,
                        "--config-file=" + servers.newPath("f"),
                        "--max-data-bandwidth=5"))) {
            Checks.await(() ->
                    donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE state LIKE '%file copy%'")
                            > 0);
            showsItsProgress(directory);
            client.signal("KILL");
        }
        Checks.await(() ->
                Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.OTHER_CLONE)
                                .state()
                        == Finding.State.WARNING);
        Finding found =
                Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.OTHER_CLONE);
        assertThat(found.text()).contains("interrupted", "file copy");
        donor.sql(found.choices().get(0));
        Checks.await(() ->
                Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.OTHER_CLONE)
                                .state()
                        == Finding.State.OK);
        CommandResult explained =
                Jclone.run("", List.of("explain", "--log=" + donor.folder().resolve("mysqld.log")));
        assertThat(explained.stdout())
                .contains(
                        "As donor",
                        "a recipient, logged in as clone_donor@",
                        "FILE COPY",
                        "1317 (ER_QUERY_INTERRUPTED)");
    }

    /** The clone runs in another process, so the figures vary. */
    private void showsItsProgress(Path directory) throws Exception {
        Pattern data = Pattern.compile("\"stage\":\"FILE COPY\",\"state\":\"in_progress\".*?\"dataBytes\":(\\d+)");
        List<Long> seen = new ArrayList<>();
        Checks.await(() -> {
            CommandResult status = Jclone.run("", List.of("status", directory.toString(), "--output=json"));
            assertThat(status.exitStatus()).isEqualTo(3);
            Matcher found = data.matcher(status.stdout());
            if (found.find()) {
                seen.add(Long.parseLong(found.group(1)));
            }
            return seen.size() > 1 && seen.get(seen.size() - 1) > seen.get(0);
        });
        String text = Jclone.run("", List.of("status", directory.toString())).stdout();
        assertThat(text)
                .contains("Clone of 127.0.0.1:" + donor.port(), " is running", "FILE COPY  In Progress", "Now ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOCK INSTANCE FOR BACKUP; DO SLEEP(60) | backup lock",
                "CREATE TABLE spoil.slow AS SELECT SLEEP(60) AS a | DDL runs"
            })
    void findsWhatHoldsDdl(String statements, String words) throws Exception {
        CompletableFuture<String> holder = start(statements);
        Checks.await(() -> donor.number(
                        "SELECT COUNT(*) FROM performance_schema.metadata_locks" + " WHERE object_type = 'BACKUP LOCK'")
                > 0);
        Finding found =
                Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.DDL);
        assertThat(found.state()).isEqualTo(Finding.State.WARNING);
        assertThat(found.text()).contains(words);
        killSleepers(holder);
        assertThat(Checks.only(Checks.run(Checks.request(donor, Checks.USER).buildForCheck()), CheckItem.DDL)
                        .state())
                .isEqualTo(Finding.State.OK);
    }

    @Test
    void findsThatNoConnectionIsAvailable() throws Exception {
        donor.sql("SET GLOBAL max_connections = 1");
        try {
            CompletableFuture<String> holder = start("DO SLEEP(60)");
            Checks.await(
                    () -> donor.number("SELECT COUNT(*) FROM performance_schema.processlist WHERE state = 'User sleep'")
                            == 1);
            CheckReport report = Checks.run(Checks.request(donor, Checks.USER).buildForCheck());
            assertThat(Checks.only(report, CheckItem.CONNECTIONS).state()).isEqualTo(Finding.State.PROBLEM);
            assertThat(report.exitStatus()).isEqualTo(CloneErrorCode.DONOR_BUSY.exitStatus());
            killSleepers(holder);
        } finally {
            donor.sql("SET GLOBAL max_connections = 151");
        }
    }

    /** Runs statements until {@link #killSleepers}, which may make them fail. */
    private CompletableFuture<String> start(String statements) {
        return CompletableFuture.supplyAsync(() -> donor.sql(statements)).exceptionally(Throwable::getMessage);
    }

    private void killSleepers(CompletableFuture<String> holder) throws Exception {
        String sleepers = "SELECT id FROM performance_schema.processlist WHERE state = 'User sleep'";
        donor.sql(sleepers).lines().forEach(id -> donor.sql("KILL CONNECTION " + id));
        holder.get(Checks.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
