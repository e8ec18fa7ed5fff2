package org.jclone.recipient.session;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jclone.protocol.clone.ProtocolVersion;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.DonorSql;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.NetworkProbe;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.target.SnapshotCopy;

/** Opens the connections of a clone and makes the donor start it, or resume where the last connections broke. */
final class DonorConnector {

    /** What a donor may need for COM_INIT beyond the time for its backup lock. */
    private static final Duration INIT_ALLOWANCE = Duration.ofMinutes(5);

    /** COM_REINIT waits for the backup lock, and up to half a minute for the donor to notice the broken connections. */
    private static final Duration REINIT_ALLOWANCE = Duration.ofMinutes(1);

    private final CloneContext context;
    private final Transport transport;
    private final Optional<CompressionTuner> compressionTuner;

    /** @param compression for AUTO, what was measured before */
    DonorConnector(CloneContext context, Transport transport, Optional<NetworkProbe.Measured> compression) {
        compressionTuner = compression.map(measured -> new CompressionTuner(measured, context.publisher()));
        this.context = context;
        this.transport = transport;
    }

    /** Opens the main and the auxiliary connection, or none. */
    DonorLink connect() throws CloneException {
        CompletableFuture<DataConnection> main = transport.openMain(data(0));
        CompletableFuture<CommandConnection> aux = new CompletableFuture<>();
        try {
            DataConnection first = context.abortion().await(main, "connecting");
            aux = transport.openControl();
            return new DonorLink(first, context.abortion().await(aux, "connecting"));
        } catch (CloneException e) {
            main.thenAccept(CommandConnection::abandon);
            aux.thenAccept(CommandConnection::abandon);
            throw e;
        }
    }

    /** Describes the transport of a connection. */
    static String transport(LoggedIn loggedIn) {
        CompressionAlgorithm compression = loggedIn.compression();
        return compression == CompressionAlgorithm.UNCOMPRESSED
                ? loggedIn.transport()
                : loggedIn.transport() + ", compressed with " + compression.algorithmName();
    }

    /**
     * Chooses the compression of further connections from the speed of the working ones. Call it many times a second.
     *
     * @return whether one should be opened to find out
     */
    CompressionTuner.Trial tuneCompression(List<DataConnection> working) {
        if (compressionTuner.isEmpty()) {
            return CompressionTuner.Trial.NONE;
        }
        CompressionTuner tuner = compressionTuner.get();
        boolean before = tuner.compresses();
        Map<Object, CompressionTuner.Count> counts =
                working.stream().collect(Collectors.toMap(Function.identity(), CompressionTuner::count));
        boolean wantsAnother = tuner.observe(context.nanoClock().getAsLong(), counts);
        if (tuner.compresses() != before) {
            transport.compress(
                    tuner.compresses()
                            ? Logins.offer(context.request().transfer().compression())
                            : CompressionOffer.NONE);
        }
        if (wantsAnother) {
            return CompressionTuner.Trial.WANTED;
        }
        return tuner.isTrying() ? CompressionTuner.Trial.UNDER_WAY : CompressionTuner.Trial.NONE;
    }

    /** Opens a data connection, numbered for logs. */
    CompletableFuture<DataConnection> openData(int number) {
        return transport.openData(data(number));
    }

    private BiFunction<Channel, ReceiveBuffers, DataConnection> data(int number) {
        return (channel, buffers) ->
                new DataConnection(number, channel, buffers, context.throttle(), context.nanoClock());
    }

    /** Opens a connection for statements. */
    DonorSql openSql() throws CloneException {
        return context.abortion()
                .await(
                        transport.openSql(
                                context.errors(),
                                context.request().interruptions().readTimeout()),
                        "asking the donor");
    }

    /** Opens the first connection to the donor, for statements. */
    DonorSql openFirst() throws CloneException {
        return context.abortion()
                .await(
                        transport.openSql(
                                context.errors(),
                                context.request().interruptions().readTimeout()),
                        ErrorTranslator.CONNECTING);
    }

    /** @param version of the donor */
    DdlSettings ddl(String version) {
        return DdlSettings.forDonor(
                version,
                context.request().transfer().ddlTimeout().toSeconds(),
                context.request().transfer().blockDdl());
    }

    /** Requests a new snapshot. */
    DonorParameters init(DonorLink link) throws CloneException {
        String version = link.main().loggedIn().greeting().serverVersion();
        InitCommand init = new InitCommand(
                ProtocolVersion.LATEST.wireCode(), ddl(version), List.of(LocatorEntry.innodb(Locator.forVersion())));
        return DonorParameters.from(
                context.abortion().await(call(link, init, INIT_ALLOWANCE), "waiting for the donor's snapshot"));
    }

    /** Requests the snapshot that the donor has kept. */
    void reinit(DonorLink link, SnapshotCopy copy) throws CloneException {
        context.abortion().await(call(link, copy.reinitCommand(), REINIT_ALLOWANCE), "resuming");
    }

    private CompletableFuture<List<CloneResponse>> call(DonorLink link, CloneCommand command, Duration allowance) {
        return link.main()
                .call(command, context.request().transfer().ddlTimeout().plus(allowance));
    }
}
