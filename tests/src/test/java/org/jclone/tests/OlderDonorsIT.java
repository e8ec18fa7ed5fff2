package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.server.EngineImages;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * Official images of older servers as donors, and each as the server on its clone: every version of the clone protocol,
 * both kinds of redo files. A version is skipped where its image is not available. In other tests jclone's donor speaks
 * these versions.
 */
class OlderDonorsIT {

    private static final String ROWS = "SELECT COUNT(*), SUM(CRC32(text)) FROM shop.rows_of_text";

    private static final String CONTENT = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.rows_of_text (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(200));
            INSERT INTO shop.rows_of_text (text) SELECT REPEAT(c.collation_name, 3)
              FROM information_schema.collations c, information_schema.character_sets s;
            CREATE USER cloner IDENTIFIED BY 'secret';
            GRANT BACKUP_ADMIN ON *.* TO cloner;
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void findDocker() {
        Assumptions.assumeTrue(EngineImages.canBePulled(), "no Docker engine that can pull images");
        Assumptions.assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine answers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql:8.0.17", "mysql:8.0.22", "mysql:8.0.26", "mysql:8.0.44", "mysql:8.4", "mysql:9.4"})
    void clonesAnOlderServerAndStartsItOnTheClone(String image) throws Exception {
        Path target = folder.resolve("clone");
        String rows;
        CloneResult result;
        try (GenericContainer<?> donor = server(image)) {
            begin(donor, image);
            sql(donor, CONTENT);
            rows = sql(donor, ROWS);
            result = Clones.run(CloneRequest.builder()
                    .donor(new DonorAddress(donor.getHost(), donor.getMappedPort(3306)))
                    .login(LoginSettings.of("cloner", Password.of("secret".toCharArray())))
                    .tls(it -> it.withSslMode(SslMode.REQUIRED))
                    .transfer(it -> it.withMaxConcurrency(4).withAutotuneConcurrency(false))
                    .target(it -> it.withDirectory(target)));
        }

        assertThat(image).endsWith(seriesOf(image, result.donorVersion()));
        boolean oldRedo = Files.exists(target.resolve("ib_logfile0"));
        assertThat(oldRedo).isEqualTo(image.matches("mysql:8\\.0\\.[12]\\d"));
        try (GenericContainer<?> clone = server(image)
                .withFileSystemBind(target.toString(), "/var/lib/mysql", BindMode.READ_WRITE)
                .withCreateContainerCmdModifier(command -> command.withUser(owner(target)))) {
            begin(clone, image);
            assertThat(sql(clone, ROWS)).isEqualTo(rows);
            assertThat(sql(clone, "CHECK TABLE shop.rows_of_text EXTENDED")).endsWith("OK");
        }
    }

    private static GenericContainer<?> server(String image) {
        return new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("MYSQL_ALLOW_EMPTY_PASSWORD", "yes")
                .withCommand("--plugin-load-add=mysql_clone.so")
                .withExposedPorts(3306)
                .waitingFor(Wait.forLogMessage(".*ready for connections.*port: 3306.*", 1))
                .withStartupTimeout(Duration.ofMinutes(3));
    }

    private static void begin(GenericContainer<?> server, String image) {
        try {
            server.start();
        } catch (RuntimeException e) {
            // Without a registry Docker fails in many ways, with exceptions of many libraries.
            Assumptions.abort("no server of " + image + ": " + e.getMessage());
        }
    }

    /** Returns the tag of the image, if the version begins with it. */
    private static String seriesOf(String image, String version) {
        String tag = image.substring(image.indexOf(':') + 1);
        return version.startsWith(tag) ? tag : version;
    }

    private static String owner(Path directory) {
        try {
            return Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sql(GenericContainer<?> server, String statements) throws Exception {
        ExecResult result = server.execInContainer("mysql", "--batch", "--skip-column-names", "-e", statements);
        assertThat(result.getExitCode()).as(result.getStderr()).isZero();
        return result.getStdout().strip();
    }
}
