package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorTls;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to log in, and every way to be refused, against jclone's donor. */
class LoginTest {

    private static final MadeData DATA = MadeData.builder(29)
            .systemTablespace(64 << 10)
            .table("t/a", 2 << 20)
            .build();

    /** Enough to see that a login is followed by a clone. */
    private static final MadeData LITTLE = MadeData.builder(29)
            .systemTablespace(64 << 10)
            .table("t/a", 112 << 10)
            .build();

    private static final TlsIdentity IDENTITY = TlsIdentity.selfSigned();

    @TempDir
    Path parent;

    static Stream<Arguments> accounts() {
        return Stream.of(AuthPlugin.CACHING_SHA2_PASSWORD, AuthPlugin.SHA256_PASSWORD, AuthPlugin.MYSQL_NATIVE_PASSWORD)
                .flatMap(plugin -> Stream.of("", "p", "päßwört of some length, with ünïcode", "x".repeat(120))
                        .flatMap(password -> Stream.of(SslMode.DISABLED, SslMode.REQUIRED)
                                .map(mode -> Arguments.of(plugin, password, mode))));
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void withEveryPlugin(AuthPlugin plugin, String password, SslMode mode) {
        Account account = new Account("some user", password, plugin, true);
        try (CloneRig rig = rig(LITTLE, account, config -> config)
                .with(request -> request.tls(it -> it.withSslMode(mode))
                        .transfer(it -> it.withMaxConcurrency(3).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(LITTLE, rig.target());
            assertThat(rig.events())
                    .filteredOn(CloneEvent.Connected.class::isInstance)
                    .singleElement()
                    .extracting(event -> ((CloneEvent.Connected) event).transport())
                    .asString()
                    .startsWith(mode == SslMode.DISABLED ? "clear text" : "TLS");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = AuthPlugin.class,
            names = {"SHA256_PASSWORD", "MYSQL_NATIVE_PASSWORD"})
    void withADefaultPluginThatDiffersFromTheAccounts(AuthPlugin serversDefault) {
        Account account = Account.of("some user", "secret");
        try (CloneRig rig = rig(account, config -> config.defaultPlugin(serversDefault))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CACHING_SHA2_PASSWORD", "SHA256_PASSWORD", "MYSQL_NATIVE_PASSWORD"})
    void withTheWrongPassword(AuthPlugin plugin) {
        Account account = new Account("some user", "secret", plugin, true);
        try (CloneRig rig = rig(account, config -> config)
                .with(request -> request.login(it -> it.withPassword(Password.of('n', 'o'))))) {
            assertThat(rig.fail(CloneErrorCode.ACCESS_DENIED).getMessage()).contains("1045", "28000");
        }
    }

    @Test
    void asAnUnknownUser() {
        try (CloneRig rig = rig(Account.of("a", "secret"), config -> config)
                .with(request -> request.login(it -> it.withUser("b")))) {
            rig.fail(CloneErrorCode.ACCESS_DENIED);
        }
    }

    @Test
    void withoutAWayToSendThePassword() {
        try (CloneRig rig = rig(Account.of("a", "secret"), config -> config)
                .with(request -> request.tls(it -> it.withGetServerPublicKey(false)))) {
            assertThat(rig.fail(CloneErrorCode.ACCESS_DENIED).hint()).contains("--ssl-mode=REQUIRED");
        }
    }

    @Test
    void withoutThePrivilege() {
        Account account = new Account("a", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, false);
        try (CloneRig rig = rig(account, config -> config)) {
            rig.fail(CloneErrorCode.PRIVILEGE_MISSING);
        }
    }

    @Test
    void withoutTheClonePlugin() {
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config.clonePlugin(false))) {
            rig.fail(CloneErrorCode.PLUGIN_MISSING);
        }
    }

    @Test
    void withoutTlsThatTheDonorRequires() {
        DonorTls required = new DonorTls(Optional.of(IDENTITY), List.of(), true);
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config.tls(required))) {
            rig.fail(CloneErrorCode.TLS_FAILED);
        }
    }

    @Test
    void withTlsThatTheDonorDoesNotOffer() {
        try (CloneRig rig =
                CloneRig.of(parent, DATA).with(request -> request.tls(it -> it.withSslMode(SslMode.REQUIRED)))) {
            rig.fail(CloneErrorCode.TLS_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void withAMatchingCertificate(SslMode mode) throws IOException {
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config).with(verify(mode, IDENTITY))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void withACertificateOfAnotherAuthority(SslMode mode) throws IOException {
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config).with(verify(mode, TlsIdentity.selfSigned()))) {
            rig.fail(CloneErrorCode.TLS_FAILED);
        }
    }

    @Test
    void withACertificateForAnotherHost() throws IOException {
        TlsIdentity other = TlsIdentity.selfSigned("db.example.com", "192.0.2.1");
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config.tls(other)).with(verify(SslMode.VERIFY_CA, other))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
        }
        Path second = Files.createDirectory(parent.resolve("target").resolve("second"));
        try (CloneRig rig =
                CloneRig.of(second, DATA, config -> config.tls(other)).with(verify(SslMode.VERIFY_IDENTITY, other))) {
            rig.fail(CloneErrorCode.TLS_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsUnderTlsAreLostConnections(boolean reset) {
        Action action = reset ? Action.reset() : Action.close();
        FaultScript script = FaultScript.of(Fault.on(Connections.main())
                .at(Moment.data(SnapshotState.FILE_COPY))
                .then(action));
        try (CloneRig rig = rig(CloneRig.ACCOUNT, config -> config.faults(script))
                .with(request -> request.tls(it -> it.withSslMode(SslMode.REQUIRED))
                        .interruptions(it -> it.withReconnectTimeout(Duration.ZERO)))) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
        }
    }

    /** The tests of this class run twice, with the native libraries and without. */
    @Test
    void usesNativeLibrariesUnlessForbidden() {
        assertThat(Epoll.isAvailable()).isEqualTo(!Boolean.getBoolean("io.netty.transport.noNative"));
        assertThat(OpenSsl.isAvailable()).isEqualTo(!Boolean.getBoolean("io.netty.handler.ssl.noOpenSsl"));
    }

    /** Writes the authority's certificate below the rig's folder. */
    private UnaryOperator<CloneRequest.Builder> verify(SslMode mode, TlsIdentity identity) throws IOException {
        Path outside = Files.createDirectories(parent.resolve("outside"));
        Path authority = Files.writeString(outside.resolve("ca.pem"), identity.certificatePem());
        return request -> request.tls(it -> it.withSslMode(mode).withSslCa(authority));
    }

    private static DonorConfig.Builder withAccount(DonorConfig.Builder config, Account account) {
        return account.equals(CloneRig.ACCOUNT) ? config : config.account(account);
    }

    private CloneRig rig(Account account, UnaryOperator<DonorConfig.Builder> settings) {
        return rig(DATA, account, settings);
    }

    private CloneRig rig(MadeData data, Account account, UnaryOperator<DonorConfig.Builder> settings) {
        return CloneRig.of(parent, data, config -> settings.apply(withAccount(config.tls(IDENTITY), account)))
                .with(request -> request.login(it -> it.withUser(account.user())
                        .withPassword(Password.of(account.password().toCharArray()))));
    }
}
