package org.jclone.donor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.server.Listener;
import org.jclone.protocol.clone.command.DdlSettings;

/**
 * A donor. Several donors can run in one process.
 *
 * <pre>{@code
 * MadeData data = MadeData.builder(42).table("shop/orders", 100 << 20).build();
 * try (DonorServer donor = DonorServer.start(DonorConfig.builder(data)
 *         .account(Account.of("clone_user", "secret"))
 *         .build())) {
 *     clone(donor.address());
 * }
 * }</pre>
 */
public final class DonorServer implements AutoCloseable {

    private final Listener listener;

    private DonorServer(Listener listener) {
        this.listener = listener;
    }

    /** Starts a donor. Returns once it accepts connections. */
    public static DonorServer start(DonorConfig config) throws IOException {
        return new DonorServer(Listener.open(config));
    }

    /** {@return the address that the donor listens on} */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** {@return the port that the donor listens on} */
    public int port() {
        return address().getPort();
    }

    /** {@return the number of open connections} */
    public int connections() {
        return listener.connections();
    }

    /** {@return the number of clones in progress} */
    public int clones() {
        return listener.clones();
    }

    /** {@return the number of clones that a network failure interrupted and that the recipient may still resume} */
    public int waitingClones() {
        return listener.waitingClones();
    }

    /** {@return the DDL settings in the last COM_INIT, COM_ATTACH or COM_REINIT; empty if there was none} */
    public Optional<DdlSettings> lastDdlSettings() {
        return listener.lastDdlSettings();
    }

    /** {@return the number of faults injected so far} */
    public long faultsMade() {
        return listener.faultsMade();
    }

    /** Stops accepting clones and waits for those in progress. Returns false if one is still running at the timeout. */
    public boolean drain(Duration timeout) throws InterruptedException {
        return listener.drain(timeout);
    }

    /** Closes all connections, ends their clones, and stops listening. */
    @Override
    public void close() {
        listener.close();
    }
}
