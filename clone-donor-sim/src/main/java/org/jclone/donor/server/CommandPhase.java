package org.jclone.donor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.jclone.donor.api.Account;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.SimpleCommand;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;

/**
 * The SQL that a clone needs. Each command has sequence id 0, and its answer begins with 1.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.10, 2.1 and 2.3.
 */
final class CommandPhase implements Phase, Command.Handler<Void> {

    /** No supported statement is longer. */
    static final int MAX_PACKET_BYTES = 64 << 10;

    /** A client waits for each answer, so more waiting commands than this are a violation. */
    private static final int MAX_WAITING = 16;

    private final DonorSession session;
    private final Account account;
    private final Capabilities capabilities;
    private final Statements statements;

    /** Packets received while a statement runs or its answer is sent. */
    private final Deque<InboundPacket> waiting = new ArrayDeque<>();

    private boolean busy;

    CommandPhase(DonorSession session, Account account, Capabilities capabilities) {
        this.session = session;
        this.account = account;
        this.capabilities = capabilities;
        statements = new Statements(session, account);
    }

    /** Returns account and address. */
    String clientName() {
        return account.user() + '@' + session.address();
    }

    @Override
    public void onPacket(InboundPacket packet) {
        if (!busy) {
            DonorSession.consume(packet, this::take);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(packet);
        } else {
            packet.payload().release();
            throw new UnexpectedPacketException("at most " + MAX_WAITING + " commands at once", "more");
        }
    }

    @Override
    public void onClosed() {
        waiting.forEach(packet -> packet.payload().release());
        waiting.clear();
    }

    private void take(InboundPacket packet) {
        if (packet.sequenceId() != 0) {
            throw new UnexpectedPacketException("a command", "sequence id " + packet.sequenceId());
        }
        ByteBuf payload = packet.payload();
        if (!payload.isReadable()) {
            throw UnexpectedPacketException.of("a command", payload);
        }
        int code = payload.getUnsignedByte(payload.readerIndex());
        if (CommandCode.byWireCode(code).isEmpty()) {
            answer(new ErrPacket(CloneError.ER_UNKNOWN_COM_ERROR, "08S01", "command " + code + " is not served here"));
        } else {
            Command.decode(payload).accept(this);
        }
    }

    @Override
    public Void onSimple(SimpleCommand command) {
        switch (command.code()) {
            case COM_QUIT -> session.channel().close();
            case COM_PING, COM_RESET_CONNECTION -> answerOk();
            case COM_CLONE -> enterCloneMode();
            case COM_QUERY -> throw new IllegalStateException("COM_QUERY is no simple command");
        }
        return null;
    }

    private void enterCloneMode() {
        if (!account.backupAdmin()) {
            answer(new ErrPacket(
                    CloneError.ER_SPECIFIC_ACCESS_DENIED_ERROR, "42000", "the privilege BACKUP_ADMIN is needed"));
        } else if (!session.services().config().clonePlugin()) {
            answer(new ErrPacket(CloneError.ER_PLUGIN_IS_NOT_LOADED, "HY000", "the plugin 'clone' is not there"));
        } else {
            answerOk();
            session.limitPackets(ClonePhase.MAX_PACKET_BYTES);
            session.enter(new ClonePhase(session, this));
        }
    }

    @Override
    public Void onQuery(QueryCommand query) {
        busy = true;
        try {
            session.services().cloneThreads().execute(() -> {
                QueryResponse response = statements.execute(query.sql());
                session.channel().eventLoop().execute(() -> answer(response));
            });
        } catch (RejectedExecutionException e) {
            session.channel().close(); // the donor closes
        }
        return null;
    }

    /** Takes the next command only after this answer is sent, so each client has at most one answer in memory. */
    private void answer(QueryResponse response) {
        int sequenceId = 1;
        ChannelFuture last = session.channel().newSucceededFuture();
        for (Bytes payload : response.payloads(capabilities)) {
            last = session.outbox().send(sequenceId++ & 0xff, response, payload::writeTo);
        }
        last.addListener(sent -> goOn());
    }

    private void goOn() {
        busy = false;
        try {
            while (!busy && !waiting.isEmpty()) {
                session.take(waiting.poll());
            }
        } catch (RuntimeException e) {
            session.channel().pipeline().fireExceptionCaught(e);
        }
    }

    private void answerOk() {
        OkPacket ok = new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0);
        session.outbox().send(1, ok, out -> OkPacket.CODEC.encode(ok, out));
    }

    private void answer(ErrPacket error) {
        session.outbox().send(1, error, out -> ErrPacket.CODEC.encode(error, out));
    }
}
