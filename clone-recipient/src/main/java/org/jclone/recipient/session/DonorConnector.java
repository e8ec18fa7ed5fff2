package org.jclone.recipient.session;

import io.netty.channel.Channel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.NetworkProbe;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.sql.ServerSql;

/** Opens the connections of a clone, compressed as what arrives over the first ones suggests. */
final class DonorConnector implements DonorLine.Opener, CloneStream.Workforce {

    private final CloneContext context;
    private final Transport transport;
    private final Optional<CompressionTuner> compressionTuner;

    /** @param compression for AUTO, what was measured before */
    DonorConnector(CloneContext context, Transport transport, Optional<NetworkProbe.Measured> compression) {
        compressionTuner = compression.map(measured -> new CompressionTuner(measured, context.publisher()));
        this.context = context;
        this.transport = transport;
    }

    /** Opens the first connections, or the first ones after all others broke. */
    @Override
    public DonorLine open() throws CloneException {
        compressionTuner.ifPresent(tuner -> {
            tuner.giveUp();
            compress(tuner.compresses());
        });
        CompletableFuture<DataConnection> main = transport.openMain(data(0));
        CompletableFuture<CommandConnection> aux = new CompletableFuture<>();
        try {
            DataConnection first = context.abortion().await(main, ErrorTranslator.CONNECTING);
            aux = transport.openControl();
            DonorLink link = new DonorLink(first, context.abortion().await(aux, ErrorTranslator.CONNECTING));
            return new ConnectedLine(context, link, transport::openControl, this);
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

    @Override
    public CompressionTuner.Trial tuneCompression(List<DataConnection> working) {
        if (compressionTuner.isEmpty()) {
            return CompressionTuner.Trial.NONE;
        }
        CompressionTuner tuner = compressionTuner.get();
        boolean before = tuner.compresses();
        Map<Object, CompressionTuner.Count> counts =
                working.stream().collect(Collectors.toMap(Function.identity(), CompressionTuner::count));
        boolean wantsAnother = tuner.observe(context.nanoClock().getAsLong(), counts);
        if (tuner.compresses() != before) {
            compress(tuner.compresses());
        }
        if (wantsAnother) {
            return CompressionTuner.Trial.WANTED;
        }
        return tuner.isTrying() ? CompressionTuner.Trial.UNDER_WAY : CompressionTuner.Trial.NONE;
    }

    private void compress(boolean compresses) {
        transport.compress(
                compresses ? Logins.offer(context.request().transfer().compression()) : CompressionOffer.NONE);
    }

    @Override
    public CompletableFuture<DataConnection> openData(int number) {
        return transport.openData(data(number));
    }

    private BiFunction<Channel, ReceiveBuffers, DataConnection> data(int number) {
        return (channel, buffers) ->
                new DataConnection(number, channel, buffers, context.throttle(), context.nanoClock());
    }

    @Override
    public ServerSql openSql(String doing) throws CloneException {
        return context.abortion()
                .await(
                        transport.openSql(
                                context.errors(),
                                context.request().interruptions().readTimeout()),
                        doing);
    }
}
