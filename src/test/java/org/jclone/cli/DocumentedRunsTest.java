package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jclone.cli.output.DocumentedBlocks;
import org.jclone.cli.output.LineReporter;
import org.jclone.cli.output.Screen;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Runs the commands that the documents show, with a donor in this JVM, and compares the outputs. */
class DocumentedRunsTest {

    private static final MadeData DATA = MadeData.builder(31)
            .systemTablespace(64 << 10)
            .table("shop/orders", 1 << 20)
            .redo(4 << 10, 64 << 10)
            .build();

    @TempDir
    private Path folder;

    private final TestContext program = new TestContext().withTypedPassword("secret");

    private static DonorServer donor(FaultScript faults) throws IOException {
        return DonorServer.start(DonorConfig.builder(DATA)
                .account(Account.of("cloner", "secret"))
                .tls(TlsIdentity.selfSigned())
                .faults(faults)
                .build());
    }

    /** Runs a command as the page shows it, with other places. */
    private int run(List<String> command, String... replacements) {
        List<String> arguments = new ArrayList<>();
        for (String argument : command.subList(1, command.size())) {
            String text = argument;
            for (int i = 0; i < replacements.length; i += 2) {
                text = text.replace(replacements[i], replacements[i + 1]);
            }
            arguments.add(text);
        }
        return program.run(arguments.toArray(String[]::new));
    }

    @Test
    void aFirstClone() throws IOException {
        Path place = folder.resolve("mysql-new");
        try (DonorServer donor = donor(FaultScript.NONE)) {
            String address = "127.0.0.1:" + donor.port();
            List<String> command = DocumentedBlocks.command("README.md", "$ jclone fetch");
            assertThat(run(command, "/var/lib/mysql-new", place.toString(), "db1.example.com:3306", address))
                    .as(program.err())
                    .isZero();
            String output = "Password:\n" + program.err() + program.out();
            output = output.replace(place.toString(), "/var/lib/mysql-new").replace(address, "db1.example.com:3306");
            DocumentedBlocks.assertShows("README.md", "$ jclone fetch", output);
            assertThat(lastScreenOfThePicture())
                    .as("record it again: tests/recording/make")
                    .startsWith("$ " + String.join(" ", command), "Password:")
                    .containsSequence(output.lines()
                            .dropWhile(line -> !line.startsWith("  Start "))
                            .toList());
        }
    }

    /** Returns the lines that the README's picture ends with. */
    private static List<String> lastScreenOfThePicture() throws IOException {
        return Files.readAllLines(Path.of("../docs/first-clone.svg")).stream()
                .filter(line -> line.contains("class=\"last\"><text"))
                .flatMap(line -> Stream.of(line.split("</text>")))
                .filter(line -> line.contains("<text"))
                .map(line -> line.replaceAll("<[^>]*>", "")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&"))
                .toList();
    }

    @Test
    void aCloneOfAService() throws IOException {
        // The level is set when the first log of a process is opened, which another test may have done.
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        Path place = folder.resolve("mysql");
        Path settings = folder.resolve("clone.cnf");
        try (DonorServer donor = donor(FaultScript.NONE)) {
            String address = "127.0.0.1:" + donor.port();
            int status = program.run(
                    "fetch",
                    "--donor=" + address,
                    "--user=cloner",
                    "--password",
                    "--dir=" + place,
                    "--resume=auto",
                    "--config-file=" + settings,
                    "--progress=none",
                    "--log-level=info");
            assertThat(status).as(program.err()).isZero();
            String output = program.err() + program.out();
            DocumentedBlocks.assertShows(
                    "docs/service.md",
                    "$ journalctl",
                    output.replace(settings.toString(), "/var/lib/jclone/clone.cnf")
                            .replace(place.toString(), "/var/lib/mysql")
                            .replace(address, "db1:3306"));
        }
    }

    @Test
    void aDamagedClone() throws IOException {
        Path place = folder.resolve("data");
        FaultScript flip = FaultScript.of(Fault.on(Connections.main())
                .at(Moment.data(SnapshotState.FILE_COPY).nth(2))
                .then(Rewrite.flipDataBit(7)));
        try (DonorServer donor = donor(flip)) {
            assertThat(program.run(
                            "fetch",
                            "--donor=127.0.0.1:" + donor.port(),
                            "--user=cloner",
                            "--password",
                            "--dir=" + place))
                    .isEqualTo(CloneErrorCode.DAMAGED.exitStatus());
            String message = program.err()
                    .lines()
                    .filter(line -> line.startsWith("jclone: "))
                    .findAny()
                    .orElseThrow();
            DocumentedBlocks.assertShows(
                    "docs/reliability.md", "jclone: the clone is damaged", message.replace(place.toString(), "/data"));
        }
    }

    @Test
    void aCloneThatIsStopped() throws Exception {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        LineReporter reporter = new LineReporter(new Screen(program.context().err()), System::nanoTime);
        CloneListener listener = new CloneListener() {
            @Override
            public void onEvent(CloneEvent event) {
                reporter.onEvent(event);
                if (event instanceof CloneEvent.StageCompleted completed
                        && completed.stage().dataBytes() > 0) {
                    recipient.get().suspend("a test wants it");
                }
            }
        };
        try (DonorServer donor = donor(FaultScript.NONE)) {
            recipient.set(new CloneRecipient(
                    CloneRequest.builder()
                            .donor(new DonorAddress("127.0.0.1", donor.port()))
                            .login(LoginSettings.of("cloner", Password.of("secret".toCharArray())))
                            .target(it -> it.withDirectory(folder.resolve("data")))
                            .build(),
                    listener));
            try {
                recipient.get().run();
            } catch (CloneException e) {
                assertThat(e.code()).isEqualTo(CloneErrorCode.ABORTED);
            }
        }
        String warning = program.err()
                .lines()
                .filter(line -> line.startsWith("warning: "))
                .findAny()
                .orElseThrow();
        DocumentedBlocks.assertShows("docs/reliability.md", "warning: the clone is unfinished", warning);
    }

    @Test
    void optionsFromFiles() throws IOException {
        Path file =
                Files.writeString(folder.resolve("jclone.cnf"), DocumentedBlocks.text("docs/options.md", "[client]"));
        List<String> command = DocumentedBlocks.command("docs/options.md", "$ jclone fetch --defaults-file");
        assertThat(run(command, "/etc/jclone.cnf", file.toString())).isZero();
        DocumentedBlocks.assertShows("docs/options.md", "$ jclone fetch --defaults-file", program.out());
    }

    @Test
    void anExplainedLog() throws IOException {
        Path log = Path.of("../clone-recipient/src/test/resources/org/jclone/recipient/explain/donor.log");
        assertThat(program.run("explain", "--log", log.toString())).isZero();
        DocumentedBlocks.assertShows(
                "docs/options.md",
                "jclone explain --log",
                program.out()
                        .replace(log.toString(), "/var/log/mysql/error.log")
                        .replace("clone_donor@localhost", "clone_user@db2"));
    }

    /** The examples of fault scripts are valid. */
    @Test
    void faultScripts() throws Exception {
        for (String beginning : List.of("# a bad network", "on aux at response")) {
            assertThat(FaultScript.parse(DocumentedBlocks.text("docs/donor.md", beginning))
                            .isEmpty())
                    .isFalse();
        }
    }
}
