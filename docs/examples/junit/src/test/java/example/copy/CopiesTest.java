package example.copy;

import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The donor is in the same process: made-up tables, real protocol, TLS, and failures at chosen moments. */
class CopiesTest {

    private static final MadeData DATA = MadeData.builder(1) // the same seed makes the same bytes
            .systemTablespace(1 << 20)
            .table("shop/orders", 4 << 20)
            .build();

    private final List<DonorEvent.Kind> events = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void copiesEveryFile() throws Exception {
        try (DonorServer donor = start(FaultScript.parse(""))) {
            copies(donor, "secret").copy(folder.resolve("data"));
        }
        requireAllFiles();
    }

    @Test
    void survivesABrokenConnection() throws Exception {
        Fault reset = Fault.on(Connections.number(1)).at(Moment.data(FILE_COPY).nth(2)).then(Action.reset());

        try (DonorServer donor = start(FaultScript.of(reset))) {
            copies(donor, "secret").copy(folder.resolve("data"));
        }

        assertTrue(events.contains(DonorEvent.Kind.RESUMED), events.toString());
        requireAllFiles();
    }

    @Test
    void reportsADonorThatIsStillBusyTheSecondTime() throws Exception {
        FaultScript busy = FaultScript.parse("on any at response locs: refuse 3634 busy");

        try (DonorServer donor = start(busy)) {
            CloneException failure = assertThrows(
                    CloneException.class, () -> copies(donor, "secret").copy(folder.resolve("data")));

            assertEquals(CloneErrorCode.DONOR_BUSY, failure.code());
        }
    }

    @Test
    void writesNothingIfThePasswordIsWrong() throws Exception {
        try (DonorServer donor = start(FaultScript.parse(""))) {
            CloneException failure = assertThrows(
                    CloneException.class, () -> copies(donor, "guess").copy(folder.resolve("data")));

            assertEquals(CloneErrorCode.ACCESS_DENIED, failure.code());
        }
        assertFalse(Files.exists(folder.resolve("data/ibdata1")));
    }

    private DonorServer start(FaultScript faults) throws Exception {
        return DonorServer.start(DonorConfig.builder(DATA)
                .account(Account.of("cloner", "secret"))
                .tls(TlsIdentity.selfSigned())
                .faults(faults)
                .listener(event -> events.add(event.kind()))
                .build());
    }

    private static Copies copies(DonorServer donor, String password) {
        return new Copies(new DonorAddress("127.0.0.1", donor.port()), "cloner", password);
    }

    private void requireAllFiles() throws IOException {
        for (FinalFile file : DATA.finalFiles()) {
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.content().read(0, content);
            assertArrayEquals(content.array(), Files.readAllBytes(folder.resolve("data").resolve(file.name())));
        }
    }
}
