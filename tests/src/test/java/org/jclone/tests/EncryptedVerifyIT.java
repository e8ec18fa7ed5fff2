package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.api.VerificationReport.Comparison;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.files.EncryptedPages;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * Verification checks encrypted pages and redo log with their keys. It accepts clean data of each kind, and finds every
 * flipped bit.
 */
@RealServer
class EncryptedVerifyIT {

    private static final BandwidthLimits SLOW = new BandwidthLimits(60, 0);
    /** At least one in each encrypted page. */
    private static final int FLIPS = Boolean.getBoolean("jclone.test.full") ? 10_000 : 1;

    private final Servers servers;

    EncryptedVerifyIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void raisesNoFalseAlarmAndFindsEveryFlippedBit() throws Exception {
        MySqlServer donor = servers.encryptedDonor();
        Path keyring = Files.createDirectory(servers.newPath("k")).resolve("keyring");
        Path directory = servers.newPath("c");
        Churn.during(
                donor,
                () -> Clones.run(Clones.request(donor, directory)
                        .tls(it -> it.withSslMode(SslMode.REQUIRED))
                        .target(it -> it.withEncryption(EncryptionSettings.keyringFile(keyring)))
                        .transfer(it -> it.withBandwidthLimits(SLOW))));

        VerificationReport fresh = check(directory, keyring);
        assertThat(fresh.damages()).isEmpty();
        assertThat(fresh.manifest()).isEqualTo(Comparison.COMPARED);
        assertThat(fresh.unopenedPages()).isZero();
        EncryptedPages pages = EncryptedPages.of(directory);
        assertThat(pages.kinds()).containsOnlyKeys("plain", "zip", "page-compressed");
        assertThat(new DirectoryCheck(directory, 4).run().unopenedPages()).isEqualTo(pages.count());

        Path manifest = directory.resolve("#clone/jclone-manifest.json");
        Path aside = manifest.resolveSibling("aside");
        Files.move(manifest, aside);
        Random random = new Random(3);
        for (int flips = 0; flips < FLIPS; flips += pages.count()) {
            pages.flipOneBitEach(random);
            assertThat(check(directory, keyring).damageCount()).isEqualTo(pages.count());
        }
        pages.restore();
        Files.move(aside, manifest);
        assertThat(check(directory, keyring).damages()).isEmpty();

        try (MySqlServer clone = servers.create(
                "--data", directory.toString(), "--gtid", "--encrypt", "--keyring", keyring.toString())) {
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            clone.stop();
            CommandResult verified =
                    Jclone.run("", List.of("verify", directory.toString(), "--keyring-file=" + clone.keyring()));
            assertThat(verified.exitStatus()).as(verified.stdout()).isZero();
            assertThat(verified.stdout()).contains("in order").doesNotContain("encrypted pages only");
        }
    }

    private static VerificationReport check(Path directory, Path keyringFile) throws Exception {
        try (Keyring keyring = Keyring.decode(Files.readAllBytes(keyringFile))) {
            return new DirectoryCheck(directory, Set.of(), 4, Optional.of(keyring)).run();
        }
    }
}
