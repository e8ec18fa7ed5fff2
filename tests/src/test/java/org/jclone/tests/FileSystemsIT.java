package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories on several file systems, or on one that the table of mounts does not show. */
class FileSystemsIT {

    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final MadeData DATA = MadeData.builder(95)
            .systemTablespace(256 << 10)
            .table("shop/a", 112 << 10)
            .build();

    @TempDir
    Path folder;

    /** The data of the mount would be deleted or moved with the old data. */
    @ParameterizedTest
    @CsvSource({"SWAP, false", "SWAP, true", "SWAP_KEEP_OLD, false", "DROP_FIRST, false", "DROP_FIRST, true"})
    void refusesAMountDeepInTheOldDataBeforeItTouchesAnything(Replacement replacement, boolean bind) throws Exception {
        Path old = Files.createDirectories(folder.resolve("data/shop/archive/2019"));
        Files.writeString(folder.resolve("data/ibdata1"), "old");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("precious"), "precious");
        List<String> mount = bind
                ? List.of("mount", "--bind", elsewhere.toString(), old.toString())
                : List.of("mount", "-t", "tmpfs", "tmpfs", old.toString());
        Requirement.require(run(mount).succeeded(), "mounting needs root");
        try {
            Path precious = Files.writeString(old.resolve("precious"), "precious");

            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> replace(folder.resolve("data"), replacement))
                    .withMessageContaining("holds shop/archive/2019, which is on another file system")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));

            assertThat(precious).hasContent("precious");
            assertThat(folder.resolve("data/ibdata1")).hasContent("old");
        } finally {
            assertThat(run(List.of("umount", old.toString())).succeeded()).isTrue();
        }
        replace(folder.resolve("data"), replacement);
        assertThat(folder.resolve("data/shop/a.ibd")).exists();
    }

    private static void replace(Path directory, Replacement replacement) throws Exception {
        try (DonorServer donor = donor()) {
            CloneRequest request = CloneRequest.builder()
                    .donor(new DonorAddress("127.0.0.1", donor.port()))
                    .login(LoginSettings.of(
                            ACCOUNT.user(), Password.of(ACCOUNT.password().toCharArray())))
                    .tls(it -> it.withSslMode(SslMode.DISABLED))
                    .target(it -> it.withDirectory(directory).withReplacement(replacement))
                    .build();
            new CloneRecipient(request, CloneListener.NONE).run();
        }
    }

    /**
     * In a chroot whose root is an ordinary directory the table of mounts has no line for it. The JDK then fails with
     * "Mount point not found".
     */
    @Test
    void clonesInAChrootWithoutALineInTheTableOfMounts() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createDirectory(root.resolve("data"));
        String script = "set -e; cd " + root + "; mkdir -p proc; mount --rbind /proc proc; for d in /*; do"
                + " if [ -L $d ]; then cp -d $d .$d;"
                + " elif [ -d $d ] && [ $d != /proc ] && [ $d != /data ]; then mkdir -p .$d; mount --rbind $d .$d; fi; done;"
                + " exec chroot . \"$@\"";
        List<String> chroot = List.of("unshare", "--mount", "sh", "-c", script, "sh");
        Requirement.require(
                RunningCommand.run(List.of("unshare", "--mount", "true"), Map.of(), Fetches.TIMEOUT)
                        .succeeded(),
                "a mount namespace needs root");
        try (DonorServer donor = donor()) {
            List<String> fetch = Fetches.fetch("127.0.0.1:" + donor.port(), ACCOUNT.user(), Path.of("/data/clone"));
            fetch.addAll(List.of("--ssl-mode=DISABLED"));

            CommandResult clone = Jclone.runUnder(chroot, ACCOUNT.password(), fetch);

            assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
            assertThat(clone.stderr()).doesNotContain("does not say how much is free");
            assertThat(root.resolve("data/clone/shop/a.ibd")).exists();
            CommandResult verified = Jclone.runUnder(chroot, ACCOUNT.password(), List.of("verify", "/data/clone"));
            assertThat(verified.exitStatus()).as(verified.stderr()).isZero();
        }
    }

    private static DonorServer donor() throws IOException {
        return DonorServer.start(DonorConfig.builder(DATA).account(ACCOUNT).build());
    }

    private static CommandResult run(List<String> command) {
        return RunningCommand.run(command, Map.of(), Fetches.TIMEOUT);
    }
}
