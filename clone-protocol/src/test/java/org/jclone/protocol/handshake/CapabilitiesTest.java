package org.jclone.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    /** The bit numbers of the protocol document's section 1.3. */
    @Test
    void flagsHaveTheDocumentedBits() {
        assertThat(Capability.CLIENT_LONG_PASSWORD.bit()).isEqualTo(1L);
        assertThat(Capability.CLIENT_COMPRESS.bit()).isEqualTo(1L << 5);
        assertThat(Capability.CLIENT_LOCAL_FILES.bit()).isEqualTo(1L << 7);
        assertThat(Capability.CLIENT_PROTOCOL_41.bit()).isEqualTo(1L << 9);
        assertThat(Capability.CLIENT_SSL.bit()).isEqualTo(1L << 11);
        assertThat(Capability.CLIENT_TRANSACTIONS.bit()).isEqualTo(1L << 13);
        assertThat(Capability.CLIENT_RESERVED2.bit()).isEqualTo(1L << 15);
        assertThat(Capability.CLIENT_PLUGIN_AUTH.bit()).isEqualTo(1L << 19);
        assertThat(Capability.CLIENT_CONNECT_ATTRS.bit()).isEqualTo(1L << 20);
        assertThat(Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA.bit()).isEqualTo(1L << 21);
        assertThat(Capability.CLIENT_SESSION_TRACK.bit()).isEqualTo(1L << 23);
        assertThat(Capability.CLIENT_DEPRECATE_EOF.bit()).isEqualTo(1L << 24);
        assertThat(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM.bit()).isEqualTo(1L << 26);
        assertThat(Capability.CLIENT_QUERY_ATTRIBUTES.bit()).isEqualTo(1L << 27);
        assertThat(Capability.MULTI_FACTOR_AUTHENTICATION.bit()).isEqualTo(1L << 28);
        assertThat(Capability.CLIENT_REMEMBER_OPTIONS.bit()).isEqualTo(1L << 31);
    }

    @Test
    void addUpToTheFlagsOfTheReferenceRecipient() {
        Capabilities plain = Capabilities.of(
                Capability.CLIENT_LONG_PASSWORD,
                Capability.CLIENT_LONG_FLAG,
                Capability.CLIENT_LOCAL_FILES,
                Capability.CLIENT_PROTOCOL_41,
                Capability.CLIENT_TRANSACTIONS,
                Capability.CLIENT_RESERVED2,
                Capability.CLIENT_PLUGIN_AUTH,
                Capability.CLIENT_CONNECT_ATTRS,
                Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
                Capability.CLIENT_SESSION_TRACK,
                Capability.CLIENT_DEPRECATE_EOF,
                Capability.CLIENT_QUERY_ATTRIBUTES,
                Capability.MULTI_FACTOR_AUTHENTICATION);

        assertThat(plain).isEqualTo(new Capabilities(0x19B8A285L));
        assertThat(plain.with(Capability.CLIENT_SSL)).isEqualTo(new Capabilities(0x19B8AA85L));
        assertThat(plain.with(Capability.CLIENT_COMPRESS)).isEqualTo(new Capabilities(0x19B8A2A5L));
    }

    @Test
    void containTheirFlags() {
        Capabilities server = new Capabilities(0xDFFFFFFFL);

        assertThat(server.has(Capability.CLIENT_REMEMBER_OPTIONS)).isTrue();
        assertThat(server.has(Capability.CLIENT_CAPABILITY_EXTENSION)).isFalse();
        assertThat(server.without(Capability.CLIENT_SSL).has(Capability.CLIENT_SSL))
                .isFalse();
        assertThat(server.and(Capabilities.of(Capability.CLIENT_SSL, Capability.CLIENT_CAPABILITY_EXTENSION)))
                .isEqualTo(Capabilities.of(Capability.CLIENT_SSL));
        assertThat(server.and(Capabilities.NONE)).isEqualTo(Capabilities.NONE);
    }

    @Test
    void printTheirNames() {
        assertThat(Capabilities.of(Capability.CLIENT_PROTOCOL_41, Capability.CLIENT_SSL))
                .hasToString("0x00000a00 CLIENT_PROTOCOL_41|CLIENT_SSL");
    }

    @Test
    void areUnsigned32Bit() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Capabilities(1L << 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Capabilities(-1));
    }
}
