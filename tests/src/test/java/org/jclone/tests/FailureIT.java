package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.tests.Fetches.address;
import static org.jclone.tests.Fetches.assertFailed;
import static org.jclone.tests.Fetches.fetch;
import static org.jclone.tests.Fetches.fetchFrom;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.donor.api.TlsAuthority;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.net.StrangeListener;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each obstacle found before data flows has its own exit status and a message that says what to do. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureIT {

    private final Servers servers;
    private final MySqlServer donor;

    FailureIT(Servers servers) {
        this.servers = servers;
        this.donor = servers.plainDonor();
    }

    @Test
    void reportsAWrongPassword() throws Exception {
        Path directory = servers.newPath("c");
        CommandResult result = Jclone.run("wrong", fetch(address(donor), MySqlServer.CLONE_USER, directory));
        assertFailed(result, CloneErrorCode.ACCESS_DENIED, "1045", MySqlServer.CLONE_USER);
        Clones.assertNotUsable(directory);
    }

    @Test
    void reportsAnAccountWithoutBackupAdmin() throws Exception {
        donor.sql("CREATE USER IF NOT EXISTS nobody IDENTIFIED BY 'nobody'");
        Path directory = servers.newPath("c");
        CommandResult result = Jclone.run("nobody", fetch(address(donor), "nobody", directory));
        assertFailed(result, CloneErrorCode.PRIVILEGE_MISSING, "1227", "GRANT BACKUP_ADMIN");
        Clones.assertNotUsable(directory);
        Clones.assertFree(donor, servers);
    }

    @Test
    void reportsADonorWithoutPluginOrWithoutTls() throws Exception {
        try (MySqlServer bare = servers.create("--no-clone", "--set", "tls_version=")) {
            Path directory = servers.newPath("c");
            assertFailed(
                    fetchFrom(bare.port(), directory, "--get-server-public-key"),
                    CloneErrorCode.PLUGIN_MISSING,
                    "1524",
                    "INSTALL PLUGIN clone");
            assertFailed(fetchFrom(bare.port(), directory, "--ssl-mode=REQUIRED"), CloneErrorCode.TLS_FAILED, "TLS");
            Clones.assertNotUsable(directory);
        }
    }

    @Test
    void reportsACertificateOfAnotherAuthority() throws Exception {
        Path directory = servers.newPath("c");
        Path foreign = Files.writeString(servers.newPath("ca.pem"), new TlsAuthority("another").certificatePem());
        CommandResult result = fetchFrom(donor.port(), directory, "--ssl-mode=VERIFY_CA", "--ssl-ca=" + foreign);
        assertFailed(result, CloneErrorCode.TLS_FAILED, "certificate");
        Clones.assertNotUsable(directory);
    }

    @Test
    void reportsAPortWithoutListener() throws Exception {
        int port;
        try (StrangeListener closedSoon = StrangeListener.saying(new byte[0])) {
            port = closedSoon.port();
        }
        assertFailed(
                fetchFrom(port, servers.newPath("c")), CloneErrorCode.CONNECT_FAILED, "127.0.0.1:" + port, "refused");
    }

    @Test
    void reportsAnUnknownHost() {
        CommandResult result = fetchFrom("no-such-host.invalid:3306", servers.newPath("c"));
        assertFailed(result, CloneErrorCode.CONNECT_FAILED, "no-such-host.invalid");
    }

    @Test
    void reportsAnotherKindOfServer() throws Exception {
        byte[] greeting = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (StrangeListener web = StrangeListener.saying(greeting)) {
            assertFailed(fetchFrom(web.port(), servers.newPath("c")), CloneErrorCode.PROTOCOL, "MySQL");
        }
    }

    @Test
    void reportsATargetThatIsNotEmpty() throws Exception {
        Path directory = Files.createDirectory(servers.newPath("c"));
        Path precious = Files.writeString(directory.resolve("precious"), "keep me");
        assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.TARGET_NOT_USABLE, directory.toString());
        assertThat(precious).hasContent("keep me");
        assertThat(directory).isDirectoryNotContaining(path -> !path.equals(precious));
    }
}
