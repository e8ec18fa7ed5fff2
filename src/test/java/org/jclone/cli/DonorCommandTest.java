package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jclone.cli.output.DocumentedBlocks;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Serves directories that look like those of a server. Tests with a server serve real ones. */
class DonorCommandTest {

    private final TestContext program = new TestContext();

    @TempDir
    private Path folder;

    private Path data;
    private Path password;

    @BeforeEach
    void makeDirectory() throws IOException {
        data = folder.resolve("data");
        password = Files.writeString(folder.resolve("password"), "secret\n");
        MadeData made = MadeData.builder(3)
                .systemTablespace(1 << 20)
                .undoTablespaces(2, 1 << 20)
                .dictionary(1 << 20)
                .table("shop/orders", 1 << 20)
                .redo(0, 65536)
                .build();
        for (FinalFile file : made.finalFiles()) {
            Path path = data.resolve(file.name());
            Files.createDirectories(path.getParent());
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.content().read(0, content);
            Files.write(path, content.array());
        }
    }

    private int serve(String... options) {
        String[] all = new String[options.length + 5];
        all[0] = "donor";
        all[1] = "--data-dir=" + data;
        all[2] = "--user=cloner";
        all[3] = "--password-file=" + password;
        all[4] = "--server-version=9.7.4";
        System.arraycopy(options, 0, all, 5, options.length);
        return program.run(all);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void servesUntilItIsStopped() throws Exception {
        int port = freePort();
        Thread donor =
                new Thread(() -> assertThat(serve("--listen=127.0.0.1:" + port)).isZero());
        donor.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!program.out().contains("certificate") && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        TestContext recipient = new TestContext();
        Path clone = folder.resolve("clone");
        int status = recipient.run(
                "fetch",
                "--donor=127.0.0.1:" + port,
                "--user=cloner",
                "--password-file=" + password,
                "--ssl-mode=REQUIRED",
                "--dir=" + clone);
        donor.interrupt();
        donor.join();

        assertThat(status).as(recipient.err()).isZero();
        assertThat(Files.mismatch(clone.resolve("shop/orders.ibd"), data.resolve("shop/orders.ibd")))
                .isEqualTo(-1);
        assertThat(program.out())
                .containsPattern("serving 5 files, 5.00 MiB of MySQL .*, on 127.0.0.1:" + port + " as MySQL 9.7.4")
                .containsPattern("certificate SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\n")
                .containsPattern("clone \\d+ of cloner@127.0.0.1:\\d+ begins")
                .containsPattern("clone \\d+ of cloner@127.0.0.1:\\d+ is complete: 5.0\\d MiB in ")
                .contains("stopping; 0 clones are running", "stopped");
        assertThat(program.err()).contains("warning: cannot read the data dictionary");
        DocumentedBlocks.assertShows(
                "docs/donor.md", "$ jclone donor", program.out().replace("0.0.-1", "9.7.4")); // the data is made up
    }

    @Test
    void refusesADirectoryThatIsNoDataDirectory() {
        data = folder.resolve("nothing");
        assertThat(serve()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
        assertThat(program.err()).contains("is not a data directory", "\n  Give the datadir");
    }

    @Test
    void refusesContradictoryOptions() {
        assertThat(serve("--ssl-cert=" + password)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("--ssl-cert and --ssl-key belong together");
        assertThat(serve("--ssl-cert=" + password, "--ssl-key=" + password))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("holds no private key");
        assertThat(serve("--ssl-ca=" + password, "--require-secure-transport=OFF"))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("--ssl-ca and --require-secure-transport=OFF exclude each other");
        assertThat(serve("--server-version=new")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("server version: new (expected: such as 9.7.4)");
    }

    @Test
    void namesAnAddressInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(serve("--listen=127.0.0.1:" + taken.getLocalPort()))
                    .isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
            assertThat(program.err()).contains("cannot listen on 127.0.0.1:", "--listen");
        }
        assertThat(serve("--listen=host.invalid:3306")).isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
        assertThat(program.err()).contains("cannot listen on host.invalid:3306: no such host");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --keyring-file | the keyring file FILE cannot be read
            --directories  | FILE is not a directory
            --faults       | --faults: cannot read FILE: there is no such file
            --ssl-ca       | cannot read FILE: there is no such file
            """)
    void namesAMissingFile(String option, String message) {
        String file = folder.resolve("missing").toString();
        assertThat(serve(option + '=' + file)).isPositive();
        assertThat(program.err()).contains(message.replace("FILE", file)).doesNotContain("Exception");
    }

    @Test
    void refusesAFaultScriptThatIsNotText() throws IOException {
        Path noText = Files.write(folder.resolve("faults"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(serve("--faults=" + noText)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("it is not UTF-8 text");
    }
}
