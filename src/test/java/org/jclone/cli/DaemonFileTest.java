package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.daemon.ConfigurationException;
import org.jclone.daemon.DaemonConfiguration;
import org.jclone.daemon.Target;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.daemon.throttle.ThrottleRule;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonFileTest {

    @TempDir
    private Path folder;

    private Path file;
    private Path secret;

    @BeforeEach
    void setUp() throws Exception {
        file = folder.resolve("jclone.cnf");
        secret = folder.resolve("secret");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, "the password");
    }

    private DaemonConfiguration read(String text, DefaultsEntry... typed) throws Exception {
        Files.writeString(file, text);
        return new DaemonFile(file, new TestContext().context(), List.of(typed)).read();
    }

    private List<String> faults(String text) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(text))
                .faults();
    }

    private String target(String name, String... more) {
        return "[target " + name + "]\ndatadir = " + folder.resolve("data-" + name) + "\nconfig_file = "
                + folder.resolve(name + ".cnf") + "\nmysqld = /bin/true\n" + String.join("\n", more) + "\n";
    }

    private String common() {
        return "[source a]\ndonor = db1\ndonor = db2:3307\nsource = db1\nuser = u\npassword-file = " + secret
                + "\n[replication]\nreplication-user = repl\nreplication-password-file = " + secret + "\n";
    }

    @Test
    void aTargetHasTheOptionsOfItsGroups() throws Exception {
        DaemonConfiguration read = read(common()
                + "[throttle]\nmax-data-bandwidth = 100\ndonor-max-threads = 40\n22:00-06:00 = unlimited\nschedule = Mon 08:00-09:00=5\n"
                + "time-zone = Europe/Berlin\n[hooks]\nhook-timeout = 7\n[client]\npassword = x\n"
                + "[daemon]\nmax_parallel_runs = 3\nhistory-days = 10\nstate-dir = /var/lib/other\n"
                + target(
                        "db3",
                        "from = a",
                        "service = mysql",
                        "max-data-bandwidth = 20",
                        "donor-max-lag = 9",
                        "ensure = replica"));

        assertThat(read.settings().maxParallelRuns()).isEqualTo(3);
        assertThat(read.settings().retention()).isEqualTo(Duration.ofDays(10));
        assertThat(read.schedule().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(read.schedule().rules().stream().map(ThrottleRule::dataMiBPerSecond))
                .containsExactly(0L, 5L);
        Target target = read.target("db3").orElseThrow();
        assertThat(target.donors().toString()).isEqualTo("[db1:3306, db2:3307]");
        assertThat(target.limits().dataMiBPerSecond()).isEqualTo(20);
        assertThat(target.care()).isEqualTo(new DonorCare(40, Duration.ZERO, Duration.ofSeconds(9), 0, 1));
        assertThat(target.service()).contains("mysql");
        assertThat(target.upkeep().isEnsured()).isTrue();
        assertThat(target.definition()).doesNotContain("the password");
        ProvisionRequest request = target.requests().request(event -> {});
        assertThat(request.copy().login().password().toUtf8()).asString().isEqualTo("the password");
        assertThat(request.directory()).isEqualTo(folder.resolve("data-db3"));
        assertThat(request.hooks().timeLimit()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theCommandLineCountsBeforeTheFile() throws Exception {
        DaemonConfiguration read = read(
                common() + "[daemon]\nmax-parallel-runs = 3\n" + target("x", "from = a"),
                new DefaultsEntry("daemon", "max-parallel-runs", java.util.Optional.of("4"), "the command line"));

        assertThat(read.settings().maxParallelRuns()).isEqualTo(4);
    }

    @Test
    void aDonorCanBeExcluded() throws Exception {
        String source = common().replace("user = u", "user = u\nexclude = DB2:3307\nexclude = db9");
        Target target = read(source + target("x", "from = a")).target("x").orElseThrow();

        assertThat(target.donors().toString()).isEqualTo("[db1:3306]");
        assertThat(faults(source.replace("= db9", "= db1") + target("x", "from = a")))
                .singleElement()
                .asString()
                .endsWith("[target x]: --exclude names every donor");
    }

    @Test
    void knowsWhichOptionsNeedARestart() throws Exception {
        DaemonConfiguration read = read(common()
                + "[daemon]\nmax-parallel-runs = 3\nlog-level = DEBUG\napi_readers = 7\n" + target("x", "from = a"));

        assertThat(read.settings().fixed())
                .containsExactly(Map.entry("api-readers", List.of("7")), Map.entry("log-level", List.of("DEBUG")));
    }

    @Test
    void reportsEveryFaultWithFileAndLine() {
        List<String> faults = faults("""
                donor = early
                [target db1]
                datadir = /data
                max-laag = 3
                max-lag = soon
                wait-lag = 0
                dry-run
                password = secret
                from = nowhere
                [targte x]
                [target bad name]
                [daemon]
                max-parallel-runs = 1000
                [throttle]
                25:00-26:00 = 5
                time-zone = Mars
                [broken
                """);

        String at = file + ", line ";
        assertThat(faults)
                .contains(
                        "an option without a group before it in " + at + "1",
                        at + "4: unknown option --max-laag; did you mean --max-lag?",
                        at + "7: --dry-run is not for this file",
                        at + "8: --password is not for this file",
                        at + "9: from: there is no group [source nowhere]",
                        at + "2: missing: user=USER",
                        at + "13: --max-parallel-runs: 1000 (expected: 1 to 100)",
                        at + "16: time-zone: unknown (expected: a name such as Europe/Berlin)",
                        "a group without ] in " + at + "17")
                .anySatisfy(fault -> assertThat(fault).startsWith(at + "5: --max-lag: "))
                .anySatisfy(fault -> assertThat(fault).startsWith(at + "6: --wait-lag: 0 (expected: 1 to "))
                .anySatisfy(fault -> assertThat(fault).startsWith(at + "10: unknown group [targte x]"))
                .anySatisfy(fault -> assertThat(fault).startsWith(at + "11: [target bad name]: a name of letters"))
                .anySatisfy(fault -> assertThat(fault).startsWith(at + "15: not a time: 25:00"));
        assertThat(faults).noneMatch(fault -> fault.contains("secret"));
    }

    @Test
    void refusesASecretThatOthersCanRead() throws Exception {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(faults(common() + target("db1", "from = a")))
                .singleElement()
                .asString()
                .isEqualTo(file + ", line 10: [target db1]: every user of this machine can read " + secret);
    }

    @Test
    void refusesASecretThatBecameReadableLater() throws Exception {
        Target target = read(common() + target("db1", "from = a")).targets().get(0);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(catchThrowableOfType(
                        CloneException.class, () -> target.requests().request(event -> {})))
                .hasMessageContaining("can read " + secret);
    }

    @Test
    void refusesAMissingSecret() throws Exception {
        Files.delete(secret);

        assertThat(faults(common() + target("db1", "from = a")))
                .singleElement()
                .asString()
                .startsWith(file + ", line 10: [target db1]: --password-file: cannot read " + secret);
    }

    @Test
    void refusesTwoTargetsInOneDirectory() {
        String twice = target("db1", "from = a") + target("db2", "from = a")
                + "[target db3]\nfrom = a\nmysqld = /bin/true\nconfig-file = /x\ndatadir = "
                + folder.resolve("data-db1")
                + "/below\n";

        assertThat(faults(common() + twice))
                .singleElement()
                .asString()
                .endsWith("is, holds, or lies in that of target db1");
    }

    @Test
    void refusesAFileWithoutATarget() {
        assertThat(faults(common())).singleElement().asString().contains("there is no group [target NAME]");
    }

    @Test
    void autoReplaceNeedsReplace() {
        assertThat(faults(common() + target("db1", "from = a", "ensure = replica", "auto-replace = on")))
                .singleElement()
                .asString()
                .contains("auto-replace needs ensure=REPLICA and replace");
    }
}
