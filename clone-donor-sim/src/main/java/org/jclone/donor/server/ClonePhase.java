package org.jclone.donor.server;

import io.netty.handler.codec.DecoderException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jclone.donor.clone.CloneConversation;
import org.jclone.donor.clone.CloneConversation.Outcome;
import org.jclone.donor.fault.ConnectionRole;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clone mode: a dedicated thread serves one command at a time, because a command may last as long as the clone. Other
 * packets wait. Packets after COM_EXIT are SQL again.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.3 and 5.3.
 */
final class ClonePhase implements Phase {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClonePhase.class);

    /** A recipient waits for each answer, so more waiting commands than this are a violation. */
    private static final int MAX_WAITING = 8;

    /** Maximum length of a restart locator, the longest packet: a bit for each 64 MiB of data. */
    static final int MAX_PACKET_BYTES = 2 << 20;

    /** A queue entry for a packet or, if empty, for the end of the connection. */
    private record Waiting(Optional<InboundPacket> packet) {

        private static final Waiting CLOSED = new Waiting(Optional.empty());
    }

    private final DonorSession session;
    private final CommandPhase commandPhase;
    private final CloneConversation conversation;
    private final BlockingQueue<Waiting> inbox = new LinkedBlockingQueue<>();

    /** @param commandPhase phase to enter on COM_EXIT */
    ClonePhase(DonorSession session, CommandPhase commandPhase) {
        this.session = session;
        this.commandPhase = commandPhase;
        DonorServices services = session.services();
        CloneChannel peer = new CloneChannel(session.channel(), session.outbox(), commandPhase.clientName());
        conversation =
                new CloneConversation(services.clones(), services.config().profile(), peer);
        try {
            services.cloneThreads().execute(this::serve);
        } catch (RejectedExecutionException e) {
            LOGGER.atDebug().addKeyValue("connection", session.id()).log("no more clones, the donor closes");
            session.channel().close();
        }
    }

    @Override
    public void onPacket(InboundPacket packet) {
        if (inbox.size() == MAX_WAITING) {
            packet.payload().release();
            throw new UnexpectedPacketException("at most " + MAX_WAITING + " commands at once", "more");
        }
        inbox.add(new Waiting(Optional.of(packet)));
    }

    @Override
    public void onClosed() {
        inbox.add(Waiting.CLOSED);
        conversation.onPeerGone();
    }

    @Override
    public void kill() {
        conversation.kill();
    }

    private void serve() {
        Outcome outcome = Outcome.GO_ON;
        try {
            while (outcome == Outcome.GO_ON) {
                outcome = serveNext();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome = Outcome.CLOSE;
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("connection", session.id()).setCause(e).log("a bug in the donor");
            outcome = Outcome.CLOSE;
        } finally {
            hangUp(outcome == Outcome.LEAVE_CLONE_MODE);
        }
    }

    /** Closes the connection. The clone may be kept for minutes, but not the connection. */
    private void hangUp(boolean leave) {
        if (!leave) {
            session.channel().close();
        }
        session.channel().eventLoop().execute(() -> handOver(leave));
        conversation.end();
    }

    private Outcome serveNext() throws InterruptedException {
        Optional<InboundPacket> next = inbox.take().packet();
        return next.isEmpty() ? Outcome.CLOSE : serve(next.get());
    }

    private Outcome serve(InboundPacket packet) {
        try {
            if (packet.sequenceId() != 0) {
                throw new UnexpectedPacketException("a clone command", "sequence id " + packet.sequenceId());
            }
            CloneCommand command = CloneCommand.decode(packet.payload());
            recogniseRole(command);
            return conversation.serve(command);
        } catch (DecoderException e) {
            LOGGER.atDebug()
                    .addKeyValue("connection", session.id())
                    .addKeyValue("reason", e.getMessage())
                    .log("not the clone protocol");
            return Outcome.CLOSE;
        } finally {
            packet.payload().release();
        }
    }

    private void recogniseRole(CloneCommand command) {
        switch (command.code()) {
            case COM_INIT -> session.outbox().faults().setRole(ConnectionRole.MAIN);
            case COM_REINIT -> session.outbox().faults().setRole(ConnectionRole.RESUMED);
            case COM_ATTACH -> session.outbox().faults().setRole(ConnectionRole.WORKER);
            case COM_ACK -> session.outbox().faults().setRole(ConnectionRole.AUX);
            case COM_EXECUTE, COM_EXIT -> {}
        }
    }

    /** Passes packets received since the last command to SQL, or releases them. Event loop. */
    private void handOver(boolean leave) {
        if (leave) {
            session.limitPackets(CommandPhase.MAX_PACKET_BYTES);
        }
        session.enter(leave ? commandPhase : ClonePhase::discard);
        for (Waiting waiting = inbox.poll(); waiting != null; waiting = inbox.poll()) {
            waiting.packet().ifPresent(session::take);
        }
    }

    private static void discard(InboundPacket packet) {
        packet.payload().release();
    }
}
