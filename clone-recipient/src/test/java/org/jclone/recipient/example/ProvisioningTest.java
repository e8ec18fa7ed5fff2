package org.jclone.recipient.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test without a server: the donor is in the same process. */
class ProvisioningTest {

    @Test
    void clonesADonorThatIsMadeUp(@TempDir Path folder) throws Exception {
        MadeData data = MadeData.builder(1)
                .systemTablespace(1 << 20)
                .table("shop/orders", 1 << 20)
                .build();
        DonorConfig config = DonorConfig.builder(data)
                .account(Account.of("cloner", "secret"))
                .tls(TlsIdentity.selfSigned())
                .build();
        try (DonorServer donor = DonorServer.start(config)) {
            ReplicaProvisioner provisioner = new ReplicaProvisioner(
                    new DonorAddress("127.0.0.1", donor.port()), "secret"::toCharArray, Duration.ofSeconds(1));

            CloneResult result = provisioner.provision(folder.resolve("data"));

            assertTrue(Files.exists(result.directory().resolve("shop/orders.ibd")));
        }
    }
}
