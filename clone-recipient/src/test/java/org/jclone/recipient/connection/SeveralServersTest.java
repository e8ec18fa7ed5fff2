package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.CloneRig;
import org.jclone.recipient.Crossroads;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.journal.DonorIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behind one address there are several servers, as behind a proxy. */
@Timeout(300)
class SeveralServersTest {

    private static final MadeData DATA =
            MadeData.builder(3).table("t/a", 1 << 20).build();

    @TempDir
    Path folder;

    private static DonorServer donor(UnaryOperator<DonorConfig.Builder> settings) throws Exception {
        return DonorServer.start(settings.apply(DonorConfig.builder(DATA).account(CloneRig.ACCOUNT))
                .build());
    }

    private CloneRequest request(int port, SslMode mode) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", port))
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .target(it -> it.withDirectory(folder.resolve("target")))
                .tls(it -> it.withSslMode(mode))
                .transfer(it -> it.withMaxConcurrency(1))
                .interruptions(it -> it.withReadTimeout(Duration.ofSeconds(10)).withReconnectTimeout(Duration.ZERO))
                .build();
    }

    private Transport transport(int port, SslMode mode) throws CloneException {
        CloneRequest request = request(port, mode);
        return new Transport(request.donor(), Logins.options(request), Duration.ofSeconds(10), 1);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    /**
     * The connection that could release the snapshot of one server reaches another one, where the same number is that
     * of an unrelated client.
     */
    @Test
    void killsNoConnectionOnAnotherServer() throws Exception {
        try (DonorServer first = donor(config -> config);
                DonorServer second = donor(config -> config);
                Crossroads crossroads = new Crossroads(first.port(), second.port());
                Transport toSecond = transport(second.port(), SslMode.DISABLED)) {
            ErrorTranslator errors = new ErrorTranslator(new DonorAddress("127.0.0.1", second.port()));
            DonorSql bystander = get(toSecond.openSql(errors, Duration.ofSeconds(10)));
            long number = bystander.loggedIn().greeting().connectionId();
            assertThat(number).as("the number of the first connection to each").isEqualTo(1);

            CloneRecipient recipient =
                    new CloneRecipient(request(crossroads.port(), SslMode.DISABLED), CloneListener.NONE);
            assertThatThrownBy(recipient::run).isInstanceOf(CloneException.class);

            assertThat(crossroads.connections())
                    .as("connections, one of them to release the snapshot")
                    .isGreaterThan(2);
            assertThat(bystander.query("SELECT 1").single()).contains("1");
        }
    }

    @Test
    void eachConnectionKnowsItsServer() throws Exception {
        try (DonorServer first = donor(config -> config);
                DonorServer second = donor(config -> config);
                Crossroads crossroads = new Crossroads(first.port(), first.port(), second.port());
                Transport transport = transport(crossroads.port(), SslMode.DISABLED)) {
            Optional<DonorIdentity> one = get(transport.openControl()).identity();
            Optional<DonorIdentity> same = get(transport.openControl()).identity();
            Optional<DonorIdentity> other = get(transport.openControl()).identity();
            assertThat(one).isPresent().isEqualTo(same);
            assertThat(other).isPresent().isNotEqualTo(one);
            DonorIdentities.require(one.get(), same, "donor");
            assertThatThrownBy(() -> DonorIdentities.require(one.get(), other, "donor"))
                    .hasMessageContaining("is not the server that the clone began with");
            Optional<DonorIdentity> restarted = Optional.of(
                    new DonorIdentity(one.get().serverUuid(), one.get().startSeconds() + 60));
            assertThatThrownBy(() -> DonorIdentities.require(one.get(), restarted, "donor"))
                    .hasMessageContaining("was restarted since the clone began");
        }
    }

    /** Also those that carry statements: by them a donor says who it is, and what its settings are. */
    @Test
    void noConnectionIsWeakerThanTheFirst() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned();
        try (DonorServer first = donor(config -> config.tls(identity));
                DonorServer second = donor(config -> config);
                Crossroads crossroads = new Crossroads(first.port(), second.port());
                Transport transport = transport(crossroads.port(), SslMode.PREFERRED)) {
            ErrorTranslator errors = new ErrorTranslator(new DonorAddress("127.0.0.1", crossroads.port()));
            assertThat(get(transport.openControl()).isTls()).isTrue();
            assertRefused(() -> get(transport.openSql(errors, Duration.ofSeconds(10))));
            assertRefused(() -> get(transport.openControl()));
        }
    }

    private static void assertRefused(ThrowingCallable opening) {
        assertThatThrownBy(opening)
                .hasRootCauseInstanceOf(TlsNotOfferedException.class)
                .cause()
                .isInstanceOfSatisfying(
                        CloneException.class,
                        refused -> assertThat(refused.code()).isEqualTo(CloneErrorCode.TLS_FAILED))
                .hasMessageContaining("does not offer TLS any more");
    }
}
