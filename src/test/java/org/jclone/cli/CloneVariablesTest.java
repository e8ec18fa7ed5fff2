package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MySQL's {@code clone_*} system variables, as options and in option files. */
class CloneVariablesTest {

    /** What {@code SHOW VARIABLES LIKE 'clone%'} of 9.7 lists, each with a value. */
    private static final Map<String, String> VARIABLES = new TreeMap<>(Map.ofEntries(
            Map.entry("clone_autotune_concurrency", "OFF"),
            Map.entry("clone_block_ddl", "ON"),
            Map.entry("clone_buffer_size", "4M"),
            Map.entry("clone_ddl_timeout", "17"),
            Map.entry("clone_delay_after_data_drop", "19"),
            Map.entry("clone_donor_timeout_after_network_failure", "7"),
            Map.entry("clone_enable_compression", "ON"),
            Map.entry("clone_max_concurrency", "5"),
            Map.entry("clone_max_data_bandwidth", "100"),
            Map.entry("clone_max_network_bandwidth", "200"),
            Map.entry("clone_ssl_ca", "ca.pem"),
            Map.entry("clone_ssl_cert", "cert.pem"),
            Map.entry("clone_ssl_key", "key.pem"),
            Map.entry("clone_valid_donor_list", "DB1:3306,db2:3307")));

    private final TestContext program = new TestContext();

    @TempDir
    private Path folder;

    @Test
    void readsEachByItsNameOnTheCommandLine() throws UsageException {
        List<String> args = new ArrayList<>(List.of("fetch", "--donor=db1", "--user=u", "--dir=/d"));
        VARIABLES.forEach((name, value) -> args.add("--" + name + '=' + value));
        assertRead(program.parse(args.toArray(String[]::new)).<FetchCommand>getCommand());
    }

    @Test
    void readsEachByItsNameInAnOptionFile() throws Exception {
        StringBuilder text = new StringBuilder("[jclone]\ndonor=db1\nuser=u\ndir=/d\n");
        VARIABLES.forEach((name, value) ->
                text.append("loose_").append(name).append(" = ").append(value).append('\n'));
        Path file = Files.writeString(folder.resolve("my.cnf"), text);
        assertRead(program.parse("fetch", "--defaults-file=" + file).<FetchCommand>getCommand());
    }

    private static void assertRead(FetchCommand fetch) throws UsageException {
        CloneRequest request = fetch.request(Password.empty(), Password.empty());
        assertThat(request.transfer().autotuneConcurrency()).isFalse();
        assertThat(request.transfer().blockDdl()).isTrue();
        assertThat(request.transfer().ddlTimeout()).isEqualTo(Duration.ofSeconds(17));
        assertThat(request.transfer().delayAfterDataDrop()).isEqualTo(Duration.ofSeconds(19));
        assertThat(request.transfer().compression().mode()).isEqualTo(Compression.Mode.ON);
        assertThat(request.transfer().maxConcurrency()).isEqualTo(5);
        assertThat(request.transfer().bandwidthLimits()).isEqualTo(new BandwidthLimits(100, 200));
        assertThat(request.tls().sslCa()).contains(Path.of("ca.pem"));
        assertThat(request.tls().sslCert()).contains(Path.of("cert.pem"));
        assertThat(request.tls().sslKey()).contains(Path.of("key.pem"));
    }

    @Test
    void thePageListsEachOnce() throws IOException {
        Matcher rows = Pattern.compile("^\\| `(clone_[a-z_]+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("..", "docs", "variables.md")));
        assertThat(rows.results().map(row -> row.group(1))).containsExactlyElementsOf(VARIABLES.keySet());
    }

    @Test
    void theDonorAcceptsThoseOfADonor() {
        String[] args = {"donor", "--data-dir=/d", "--user=u", "--clone_donor_timeout_after_network_failure=31"};
        assertThat(program.run(args)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: --timeout-after-network-failure: 31 (expected: 0 to 30)\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clone-buffer-size=4M | note: clone_buffer_size changes nothing: ",
                "--clone-delay-after-data-drop=5 | note: clone_delay_after_data_drop changes nothing without ",
                "--clone-donor-timeout-after-network-failure=5 | note: clone_donor_timeout_after_network_failure changes",
            })
    void saysWhyAVariableChangesNothing(String argument, String note) {
        run("--donor=127.0.0.1:1", argument);
        assertThat(program.err()).startsWith(note);
    }

    @Test
    void hasNoNoteForAVariableThatChangesSomething() {
        run("--donor=127.0.0.1:1", "--clone-delay-after-data-drop=5", "--replace=drop-first");
        assertThat(program.err()).startsWith("jclone: cannot connect");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clone-buffer-size=1 | --buffer-size: 1 (expected: 1048576 to 268435456)",
                "--clone-buffer-size=x | --buffer-size: x (expected: 1048576 to 268435456)",
                "--clone-delay-after-data-drop=3601 | --delay-after-data-drop: 3601 (expected: 0 to 3600)",
                "--clone-nonsense=1 | unknown option --clone-nonsense",
                "--clone-user=1 | unknown option --clone-user",
            })
    void refusesUnknownNamesAndValuesOutOfRange(String argument, String message) {
        assertThat(run("--donor=127.0.0.1:1", argument)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + message + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--donor=db3 | --valid-donor-list=db1:3306,db2:3306",
                "--donor=db1:3307 | --valid-donor-list=db1:3306,db2:3306",
                "--socket=/s | --valid-donor-list=db1:3306",
                "--donor=db2 | --valid-donor-list=db1:3306,db2:3306 --clone_valid_donor_list=db1:3306",
            })
    void requiresTheDonorInEachList(String donor, String lists) {
        List<String> args = new ArrayList<>(List.of(donor));
        args.addAll(List.of(lists.split(" ")));
        assertThat(run(args.toArray(String[]::new))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains(" is not in --valid-donor-list=db1:3306");
    }

    @Test
    void theCommandLineCannotWidenTheListOfAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("my.cnf"), "[jclone]\nclone_valid_donor_list=db1:3306\n");
        String[] args = {
            "fetch", "--defaults-file=" + file, "--donor=db2", "--user=u", "--dir=/d", "--valid-donor-list=db2:3306"
        };
        FetchCommand fetch = program.parse(args).getCommand();
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> fetch.request(Password.empty(), Password.empty()))
                .withMessage("db2:3306 is not in --valid-donor-list=db1:3306");
    }

    private int run(String... more) {
        List<String> args = new ArrayList<>(List.of("fetch", "--user=u", "--dir=" + folder.resolve("data")));
        args.addAll(List.of(more));
        return program.run(args.toArray(String[]::new));
    }
}
