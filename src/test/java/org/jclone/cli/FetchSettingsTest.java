package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jclone.cli.option.Arguments;
import org.jclone.cli.option.CommandLineParser;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchSettingsTest {

    @Test
    void everyOptionReachesTheRequest() throws UsageException {
        CloneRequest request = request(
                "--ssl-mode=verify_identity",
                "--ssl-ca=ca.pem",
                "--ssl-cert=cert.pem",
                "--ssl-key=key.pem",
                "--get-server-public-key",
                "--server-public-key-path=rsa.pem",
                "--max-concurrency=3",
                "--autotune-concurrency=OFF",
                "--max-data-bandwidth=100",
                "--max-network-bandwidth=200",
                "--block-ddl",
                "--ddl-timeout=7",
                "--connect-timeout=8",
                "--map-path=/donor/outside=/mnt/outside",
                "--direct-io=OFF");
        assertThat(request.donor()).isEqualTo(new DonorAddress("::1", 3307));
        assertThat(request.user()).isEqualTo("cloner");
        assertThat(request.directory()).isEqualTo(Path.of("/data/mysql"));
        assertThat(request.sslMode()).isEqualTo(SslMode.VERIFY_IDENTITY);
        assertThat(request.sslCa()).contains(Path.of("ca.pem"));
        assertThat(request.sslCert()).contains(Path.of("cert.pem"));
        assertThat(request.sslKey()).contains(Path.of("key.pem"));
        assertThat(request.getServerPublicKey()).isTrue();
        assertThat(request.serverPublicKey()).contains(Path.of("rsa.pem"));
        assertThat(request.maxConcurrency()).isEqualTo(3);
        assertThat(request.autotuneConcurrency()).isFalse();
        assertThat(request.bandwidthLimits()).isEqualTo(new BandwidthLimits(100, 200));
        assertThat(request.blockDdl()).isTrue();
        assertThat(request.ddlTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(request.connectTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(request.pathMappings()).containsOnlyKeys("/donor/outside");
        assertThat(request.directIo()).isFalse();
    }

    @Test
    void theDefaultsOfTheProgramAreThoseOfTheLibrary() throws UsageException {
        CloneRequest ours = request();
        CloneRequest theirs = CloneRequest.builder()
                .donor(ours.donor())
                .user(ours.user())
                .directory(ours.directory())
                .build();
        assertThat(ours)
                .usingRecursiveComparison()
                .ignoringFields("settings.password")
                .isEqualTo(theirs);
    }

    @Test
    void aMappingMayBeRelativeToTheWorkingDirectory() throws UsageException {
        assertThat(request("--map-path=/outside=here").pathMappings())
                .containsEntry("/outside", Path.of("here").toAbsolutePath());
    }

    @Test
    void whatTheRequestRefusesIsWrongUsage() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> request("--ssl-cert=cert.pem"))
                .withMessageContaining("go together");
    }

    @ParameterizedTest
    @CsvSource({
        "auto,text,100,BAR",
        "auto,text,40,BAR",
        "auto,text,39,LINES",
        "auto,text,0,LINES",
        "auto,json,100,NONE",
        "bar,json,0,BAR",
        "lines,text,100,LINES",
        "none,text,100,NONE"
    })
    void findsTheRightProgress(String style, String output, int width, ProgressStyle expected) throws UsageException {
        OptionalInt terminal = width == 0 ? OptionalInt.empty() : OptionalInt.of(width);
        assertThat(FetchSettings.progressStyle(parse("--progress=" + style, "--output=" + output), terminal))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--progress=auto,WARN",
        "-v,INFO",
        "-vv,DEBUG",
        "-vvv,TRACE",
        "-vvvv,TRACE",
        "--log-level=error,ERROR",
        "--log-level=debug,DEBUG",
    })
    void verboseCountsFromTheDefault(String argument, LogLevel expected) throws UsageException {
        assertThat(FetchSettings.logLevel(parse(argument))).isEqualTo(expected);
    }

    @Test
    void ofLevelAndVerboseTheOneThatSaysMoreWins() throws UsageException {
        assertThat(FetchSettings.logLevel(parse("--log-level=trace", "-v"))).isEqualTo(LogLevel.TRACE);
        assertThat(FetchSettings.logLevel(parse("--log-level=error", "-v"))).isEqualTo(LogLevel.INFO);
    }

    private static CloneRequest request(String... more) throws UsageException {
        return FetchSettings.request(parse(more), Password.empty());
    }

    private static Arguments parse(String... more) throws UsageException {
        List<String> args =
                new ArrayList<>(List.of("fetch", "--donor=[::1]:3307", "--user=cloner", "--dir=/data/x/../mysql"));
        args.addAll(List.of(more));
        return CommandLineParser.parse(args.toArray(String[]::new)).arguments();
    }
}
