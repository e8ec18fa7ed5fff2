package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jclone donors}, and {@code jclone fetch} with several. */
class DonorsCommandTest {

    private final TestContext program = new TestContext();
    private final List<DonorServer> servers = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        servers.forEach(DonorServer::close);
    }

    private String start(String password, boolean plugin, FaultScript faults) throws IOException {
        DonorServer server = DonorServer.start(
                DonorConfig.builder(MadeData.builder(5).table("t/a", 1 << 16).build())
                        .account(new Account("cloner", password, AuthPlugin.MYSQL_NATIVE_PASSWORD, true))
                        .clonePlugin(plugin)
                        .faults(faults)
                        .build());
        servers.add(server);
        return "127.0.0.1:" + server.port();
    }

    private int run(String command, String... options) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");
        List<String> all = new ArrayList<>(
                List.of(command, "--user=cloner", "--password-file=" + password, "--ssl-mode=DISABLED"));
        all.addAll(List.of(options));
        return program.run(all.toArray(String[]::new));
    }

    @Test
    void showsEachCandidateWithScoreAndReason() throws Exception {
        String good = start("secret", true, FaultScript.NONE);
        String bare = start("secret", false, FaultScript.NONE);
        String locked = start("another", true, FaultScript.NONE);
        assertThat(run("donors", "--donor=" + locked, "--donor=" + bare, "--donor=" + good))
                .isZero();
        assertThat(program.out())
                .startsWith("3 candidates, 1 suitable; the best is " + good + "\n\nSUITABLE\n")
                .containsPattern("(?m)^ {2,4}\\d+  " + good + " +unknown, MySQL .*, given\n {7}unknown \\+0, lag")
                .containsPattern("(?m)^NOT SUITABLE\n")
                .containsPattern(
                        "(?m)^ {2,4}\\d+  " + bare + ".*\n {7}not suitable: clone plugin: it is not installed\n"
                                + " {9}> INSTALL PLUGIN clone SONAME 'mysql_clone.so';$")
                .containsPattern("(?m)^ {4}0  " + locked + " +given\n {7}not suitable: .*1045.*$");
    }

    @Test
    void programsReadTheTable() throws Exception {
        String good = start("secret", true, FaultScript.NONE);
        assertThat(run("donors", "--donor=" + good, "--output=json")).isZero();
        assertThat(program.out())
                .startsWith("{\"type\":\"donors\",\"best\":\"" + good + "\",\"donors\":[{\"donor\":\"" + good
                        + "\",\"origin\":\"given\",\"suitable\":true,\"score\":")
                .contains("\"obstacles\":[]", "\"exitStatus\":0}");
    }

    @Test
    void theExitStatusIsThatOfTheFailedClone() throws Exception {
        assertThat(run("donors", "--donor=" + start("secret", false, FaultScript.NONE)))
                .isEqualTo(24);
        assertThat(program.out()).startsWith("1 candidate, none suitable\n");
    }

    @Test
    void connectsToValidDonorsOnly() throws Exception {
        assertThat(run("donors", "--donor=db1", "--valid-donor-list=db2:3306")).isEqualTo(2);
        assertThat(program.err()).contains("db1:3306 is not in --valid-donor-list=db2:3306");
    }

    @Test
    void theServerOfTheTargetIsNoDonor() throws Exception {
        String good = start("secret", true, FaultScript.NONE);
        run("donors", "--donor=" + good, "--output=json");
        String uuid = program.out().replaceFirst("(?s).*\"serverUuid\":\"([^\"]+)\".*", "$1");
        Files.writeString(folder.resolve("auto.cnf"), "[auto]\nserver-uuid=" + uuid + "\n");
        assertThat(run("donors", "--donor=" + good, "--dir=" + folder)).isEqualTo(10);
        assertThat(program.out()).contains("not suitable: it is the target itself");
    }

    @Test
    void fetchTakesAnotherDonorAndSaysWhy() throws Exception {
        String good = start("secret", true, FaultScript.NONE);
        String locked = start("another", true, FaultScript.NONE);
        assertThat(run(
                        "fetch",
                        "--donor=" + locked,
                        "--donor=" + good,
                        "--dir=" + folder.resolve("clone"),
                        "--progress=lines"))
                .isZero();
        assertThat(program.err())
                .contains("2 candidates, 1 suitable; the best is " + good)
                .contains("not suitable: " + locked + ", ")
                .contains("cloning " + good + ": score ");
        assertThat(program.out()).contains(good);
        assertThat(folder.resolve("clone/t/a.ibd")).exists();
    }

    @Test
    void fetchTellsTheLastErrorOfEachDonor() throws Exception {
        FaultScript busy = FaultScript.of(Fault.on(Connections.any())
                .at(Moment.response(CloneResponseCode.LOCS))
                .then(Action.refuse(CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES, "one at a time")));
        String first = start("secret", true, busy);
        String locked = start("another", true, FaultScript.NONE);
        Path target = folder.resolve("clone");
        assertThat(run(
                        "fetch",
                        "--donor=" + locked,
                        "--donor=" + first,
                        "--dir=" + target,
                        "--output=json",
                        "--rounds=2",
                        "--round-interval=0"))
                .isEqualTo(75);
        assertThat(program.err())
                .contains("round 1 of 2 is over, the next one begins in 0 s")
                .contains("jclone: no donor could be cloned in 2 rounds\n")
                .containsPattern("(?m)^  " + locked + "  ACCESS_DENIED  not tried, ")
                .containsPattern("(?m)^  " + first + "  DONOR_BUSY  .*error 3634");
        assertThat(program.out())
                .contains("{\"type\":\"donorEvent\",\"event\":\"searched\",\"round\":1,\"best\":\"" + first + "\"")
                .contains("{\"type\":\"donorEvent\",\"event\":\"chosen\",\"donor\":\"" + first + "\"")
                .contains("{\"type\":\"donorEvent\",\"event\":\"failed\",\"donor\":\"" + first
                        + "\",\"code\":\"DONOR_BUSY\"")
                .contains("\"then\":\"NEXT_DONOR\"}")
                .contains("\"event\":\"roundEnded\",\"round\":1,\"rounds\":2,\"pauseSeconds\":0}")
                .contains("\"donors\":[{\"donor\":\"" + locked + "\",\"code\":\"ACCESS_DENIED\"");
        assertThat(target).doesNotExist();
    }

    @Test
    void aDryRunShowsTheChoiceAndChecksTheBest() throws Exception {
        String good = start("secret", true, FaultScript.NONE);
        String locked = start("another", true, FaultScript.NONE);
        run("fetch", "--donor=" + locked, "--donor=" + good, "--dir=" + folder.resolve("clone"), "--dry-run");
        assertThat(program.out()).contains("the best is " + good).contains("Donor " + good);
        assertThat(folder.resolve("clone")).doesNotExist();
    }

    @Test
    void otherCommandsTakeOneDonor() throws Exception {
        assertThat(run("check", "--donor=db1", "--donor=db2")).isEqualTo(2);
        assertThat(program.err())
                .contains("give exactly one --donor, and no name of a service; jclone donors compares several");
    }

    @Test
    void zonesAreNames() throws Exception {
        assertThat(run("donors", "--donor=db1", "--donor-zone=db1")).isEqualTo(2);
        assertThat(program.err()).contains("expected: HOST[:PORT]=ZONE");
        assertThat(run("donors", "--donor=db1", "--donor-zone=db1=")).isEqualTo(2);
    }
}
