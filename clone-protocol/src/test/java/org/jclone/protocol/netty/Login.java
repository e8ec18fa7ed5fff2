package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.wire.Bytes;

/** A client that logs in to a {@link ScriptedServer}. It records the copies of the password that were requested. */
final class Login {

    static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);
    static final AuthPolicy STRICT = new AuthPolicy(false, false, Optional.empty());

    final CountedChannel channel = new CountedChannel();
    final ScriptedServer server = new ScriptedServer(channel);
    final ChannelInboundHandlerAdapter next = new ChannelInboundHandlerAdapter();
    final ConnectionPhaseHandler handler;
    private final List<byte[]> passwords = new ArrayList<>();

    Login(AuthPolicy policy) {
        this(policy, Optional.empty(), false);
    }

    Login(CompressionOffer compression) {
        this(STRICT, Optional.empty(), false, compression);
    }

    Login(AuthPolicy policy, Optional<Function<Channel, SslHandler>> tls, boolean tlsRequired) {
        this(policy, tls, tlsRequired, CompressionOffer.NONE);
    }

    private Login(
            AuthPolicy policy,
            Optional<Function<Channel, SslHandler>> tls,
            boolean tlsRequired,
            CompressionOffer compression) {
        LoginOptions options = new LoginOptions(
                "clone_user",
                List.of(this::password),
                policy,
                tls,
                tlsRequired,
                false,
                compression,
                Map.of("program_name", "jclone"));
        handler = new ConnectionPhaseHandler(options, ConnectionPhaseHandler.Goal.CLONE_MODE, () -> next);
        channel.pipeline().addLast(handler);
    }

    private byte[] password() {
        passwords.add(PASSWORD.clone());
        return passwords.get(passwords.size() - 1);
    }

    /** Receives the handshake response and returns the plugin's first message. */
    HandshakeResponse41 receivesResponse() {
        return HandshakeResponse41.CODEC.decode(server.receives());
    }

    /** Completes a login, from OK to OK. */
    void entersCloneMode() {
        server.sendsOk();
        server.expectsCommand();
        assertThat(server.receivesBytes()).as("COM_CLONE").isEqualTo(Bytes.of((byte) 0x20));
        server.sendsOk();
        assertThat(handler.loggedIn()).isCompleted();
        assertThat(channel.pipeline().toMap().values())
                .contains(next)
                .noneMatch(ConnectionPhaseHandler.class::isInstance);
        assertThat(channel.pipeline().get(PacketDecoder.class)).isNull();
    }

    /** Returns the failure of the login. Checks that the connection is closed and no copy of the password is left. */
    Throwable failure() {
        Throwable failure = catchThrowable(() -> handler.loggedIn().getNow(null));
        assertThat(failure).as("failure of the login").isInstanceOf(CompletionException.class);
        assertThat(channel.isOpen()).as("connection is open").isFalse();
        assertPasswordsWiped();
        return failure.getCause();
    }

    void assertPasswordsWiped() {
        assertThat(passwords).allSatisfy(password -> assertThat(password).containsOnly(0));
    }

    int passwordsRequested() {
        return passwords.size();
    }
}
