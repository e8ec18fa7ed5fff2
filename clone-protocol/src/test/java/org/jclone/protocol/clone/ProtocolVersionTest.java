package org.jclone.protocol.clone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtocolVersionTest {

    @Test
    void findsEachVersionByItsCode() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            assertThat(ProtocolVersion.byWireCode(version.wireCode())).contains(version);
        }
    }

    @Test
    void numbersThatADonorOnlyEchoesAreNotVersions() {
        assertThat(ProtocolVersion.byWireCode(0x0001)).isEmpty();
        assertThat(ProtocolVersion.byWireCode(0x0104)).isEmpty();
    }

    @Test
    void theLatestIsTheHighest() {
        assertThat(ProtocolVersion.LATEST.wireCode()).isEqualTo(0x0103);
    }
}
