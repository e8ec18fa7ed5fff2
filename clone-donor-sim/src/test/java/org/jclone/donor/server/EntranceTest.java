package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class EntranceTest {

    private final Entrance entrance = new Entrance(2, () -> 0);

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    @Test
    void limitsTheConnectionsOfOneAddress() throws UnknownHostException {
        for (int i = 0; i < Entrance.MAX_WAITING_PER_ADDRESS; i++) {
            assertThat(entrance.enter(address("10.0.0.1"))).isTrue();
        }
        assertThat(entrance.enter(address("10.0.0.1"))).isFalse();
        assertThat(entrance.enter(address("10.0.0.2"))).isTrue();
        entrance.leave(address("10.0.0.1"));
        assertThat(entrance.enter(address("10.0.0.1"))).isTrue();
    }

    @Test
    void limitsTheConnectionsOfAllAddresses() throws UnknownHostException {
        int entered = 0;
        for (int i = 0; i < 2 * Entrance.MAX_WAITING; i++) {
            entered += entrance.enter(address("10.0." + i / 256 + '.' + i % 256)) ? 1 : 0;
        }
        assertThat(entered).isEqualTo(Entrance.MAX_WAITING);
    }

    @Test
    void limitsSessionsSeparately() throws UnknownHostException {
        entrance.beginSession(address("10.0.0.1"));
        entrance.beginSession(address("10.0.0.1"));
        assertThat(entrance.enter(address("10.0.0.2"))).isFalse();
        entrance.endSession();
        assertThat(entrance.enter(address("10.0.0.2"))).isTrue();
    }

    @Test
    void doublesTheDelayAfterEachFailure() throws UnknownHostException {
        assertThat(entrance.fail(address("10.0.0.1"))).isEqualTo(1);
        assertThat(entrance.fail(address("10.0.0.1"))).isEqualTo(2);
        assertThat(entrance.fail(address("10.0.0.2"))).isEqualTo(1);
        entrance.beginSession(address("10.0.0.1"));
        assertThat(entrance.fail(address("10.0.0.1"))).isEqualTo(1);
        assertThat(Entrance.delayMillis(1)).isEqualTo(100);
        assertThat(Entrance.delayMillis(4)).isEqualTo(800);
        assertThat(Entrance.delayMillis(Integer.MAX_VALUE)).isEqualTo(Entrance.MAX_DELAY_MILLIS);
    }

    /** An IPv6 network has one owner. */
    @Test
    void countsAnIpv6NetworkAsOneAddress() throws UnknownHostException {
        entrance.fail(address("2001:db8:0:1::1"));
        assertThat(entrance.fail(address("2001:db8:0:1:ffff::2"))).isEqualTo(2);
        assertThat(entrance.fail(address("2001:db8:0:2::1"))).isEqualTo(1);
    }
}
