package org.jclone.recipient.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.api.DonorEvent.Kind.COMPLETED;
import static org.jclone.donor.api.DonorEvent.Kind.INTERRUPTED;
import static org.jclone.donor.api.DonorEvent.Kind.RESUMED;
import static org.jclone.donor.api.DonorEvent.Kind.STARTED;
import static org.jclone.donor.fault.Action.reset;
import static org.jclone.donor.fault.Connections.number;
import static org.jclone.donor.fault.Moment.data;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.TargetSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of a program that clones, with a donor that fails. The example of docs/donor.md. */
class BrokenConnectionTest {

    private static final MadeData DATA = MadeData.builder(42) // the same seed makes the same bytes
            .systemTablespace(1 << 20)
            .table("shop/orders", 16 << 20) // generated when it is read: 100 GiB need no more space
            .table("shop/a", 1 << 20)
            .modify("shop/orders", 1, 2, 3) // pages for PAGE COPY
            .rename(FILE_COPY, "shop/a", "shop/b") // DDL
            .redo(1 << 20, 8 << 20)
            .build();

    @Test
    void survivesABrokenConnection(@TempDir Path folder) throws Exception {
        FaultScript faults =
                FaultScript.of(Fault.on(number(1)).at(data(FILE_COPY).nth(2)).then(reset()));
        List<DonorEvent.Kind> events = new CopyOnWriteArrayList<>();
        DonorConfig config = DonorConfig.builder(DATA)
                .account(Account.of("cloner", "secret"))
                .tls(TlsIdentity.selfSigned())
                .profile(DonorProfile.mysql84())
                .faults(faults)
                .listener(event -> events.add(event.kind()))
                .build();
        Path target = folder.resolve("data");

        try (DonorServer donor = DonorServer.start(config)) {
            CloneRequest request = CloneRequest.builder() // your code begins here
                    .donor(new DonorAddress("127.0.0.1", donor.port()))
                    .login(LoginSettings.of("cloner", Password.of("secret".toCharArray())))
                    .target(TargetSettings.of(target))
                    .build();
            new CloneRecipient(request, CloneListener.NONE).run();
        }

        assertThat(events).containsExactly(STARTED, INTERRUPTED, RESUMED, COMPLETED);
        for (FinalFile file : DATA.finalFiles()) {
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.content().read(0, content);
            assertThat(target.resolve(file.name())).hasBinaryContent(content.array());
        }
    }
}
