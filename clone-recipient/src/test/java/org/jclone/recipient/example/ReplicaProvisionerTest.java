package org.jclone.recipient.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/library.md shows works. */
class ReplicaProvisionerTest {

    private static final String PASSWORD = "a secret";
    private static final Account CLONER = new Account("cloner", PASSWORD, AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final MadeData DATA = MadeData.builder(11)
            .systemTablespace(64 << 10)
            .table("shop/orders", 256 << 10)
            .build();

    private final AtomicInteger attempts = new AtomicInteger();

    @TempDir
    private Path folder;

    @Test
    void clones() throws Exception {
        try (DonorServer donor = DonorServer.start(config().build())) {
            CloneResult result = provisioner(donor.port()).provision(folder.resolve("data"));

            assertThat(result.directory().resolve("shop/orders.ibd")).hasSize(256 << 10);
            assertThat(result.donor().port()).isEqualTo(donor.port());
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void triesAgainWhereThatCanHelp() throws Exception {
        try (DonorServer donor =
                DonorServer.start(config().faults(FaultScript.parse("on any at response locs: refuse 3634 busy"))
                        .build())) {
            CloneException failure = catchThrowableOfType(
                    CloneException.class, () -> provisioner(donor.port()).provision(folder.resolve("data")));

            assertThat(failure.code()).isEqualTo(CloneErrorCode.DONOR_BUSY);
            assertThat(attempts).hasValue(5);
        }
    }

    @Test
    void doesNotTryAgainWhereItCannot() throws Exception {
        try (DonorServer donor = DonorServer.start(config().build())) {
            ReplicaProvisioner provisioner =
                    new ReplicaProvisioner(address(donor.port()), () -> counted("wrong"), Duration.ZERO);

            CloneException failure =
                    catchThrowableOfType(CloneException.class, () -> provisioner.provision(folder.resolve("data")));

            assertThat(failure.code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void doesNotStartOnceStopped() throws IOException {
        try (DonorServer donor = DonorServer.start(config().build())) {
            ReplicaProvisioner provisioner = provisioner(donor.port());
            provisioner.stop();

            assertThatThrownBy(() -> provisioner.provision(folder.resolve("data")))
                    .isInstanceOfSatisfying(
                            CloneException.class,
                            failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED));
        }
    }

    private static DonorConfig.Builder config() {
        return DonorConfig.builder(DATA).account(CLONER);
    }

    private static DonorAddress address(int port) {
        return new DonorAddress("127.0.0.1", port);
    }

    private ReplicaProvisioner provisioner(int port) {
        return new ReplicaProvisioner(address(port), () -> counted(PASSWORD), Duration.ZERO);
    }

    private char[] counted(String secret) {
        attempts.incrementAndGet();
        return secret.toCharArray();
    }
}
