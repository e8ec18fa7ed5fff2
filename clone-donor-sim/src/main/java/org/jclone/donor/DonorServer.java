package org.jclone.donor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.server.Listener;
import org.jclone.protocol.clone.command.DdlSettings;

/**
 * A donor. Any number of them work in one process.
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

    /** Returns when the donor accepts connections. */
    public static DonorServer start(DonorConfig config) throws IOException {
        return new DonorServer(Listener.open(config));
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    public int port() {
        return address().getPort();
    }

    /** Connections that are open at present. */
    public int connections() {
        return listener.connections();
    }

    /** Clones that are under way at present. */
    public int clones() {
        return listener.clones();
    }

    /** Clones that were interrupted by the network and whose recipient may come back. */
    public int waitingClones() {
        return listener.waitingClones();
    }

    /** What the last COM_INIT, COM_ATTACH or COM_REINIT said of DDL; empty if there was none yet. */
    public Optional<DdlSettings> lastDdlSettings() {
        return listener.lastDdlSettings();
    }

    /** How often the script of faults has struck. */
    public long faultsMade() {
        return listener.faultsMade();
    }

    /** Begins no more clones, and waits until those under way are over; returns false if one still is by then. */
    public boolean drain(Duration timeout) throws InterruptedException {
        return listener.drain(timeout);
    }

    /** Ends all connections and their clones, and stops listening. */
    @Override
    public void close() {
        listener.close();
    }
}
