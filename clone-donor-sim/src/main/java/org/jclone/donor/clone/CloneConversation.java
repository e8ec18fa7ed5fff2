package org.jclone.donor.clone;

import io.netty.handler.codec.DecoderException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.DonorProfile;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection in clone mode. Serves one command at a time, on a thread that may block. Other threads may call only
 * {@link #onPeerGone} and {@link #kill}.
 *
 * <pre>
 *       INIT, ATTACH, REINIT            EXECUTE
 *   IDLE ─────────────────► READY ──────────────────► EXECUTED
 *    └─ EXIT ─► left          └─ EXIT ─► left            └─ EXIT ─► left
 * </pre>
 *
 * <p>COM_ACK is legal in every state. A protocol violation closes the socket. Source:
 * docs/protocol/01-wire-protocol.md sections 3 and 5.3.
 */
public final class CloneConversation implements CloneCommand.Handler<CloneConversation.Command> {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneConversation.class);

    /** What to do with the connection after a command. */
    public enum Outcome {
        GO_ON,
        LEAVE_CLONE_MODE,
        CLOSE
    }

    private enum State {
        IDLE,
        READY,
        EXECUTED,
        LEFT
    }

    /** A command that is ready to run. */
    interface Command {

        void run() throws DonorErrorException;
    }

    private final CloneRegistry registry;
    private final DonorProfile profile;
    private final ClonePeer peer;

    private State state = State.IDLE;
    private volatile Optional<CloneOperation> operation = Optional.empty();
    private int task = CloneOperation.MASTER;

    public CloneConversation(CloneRegistry registry, DonorProfile profile, ClonePeer peer) {
        this.registry = registry;
        this.profile = profile;
        this.peer = peer;
    }

    /** Runs a command and answers it. */
    public Outcome serve(CloneCommand command) {
        try {
            command.accept(this).run();
            return state == State.LEFT ? Outcome.LEAVE_CLONE_MODE : Outcome.GO_ON;
        } catch (DecoderException e) {
            return refuse(command, DonorErrorException.protocol(e.getMessage()));
        } catch (DonorErrorException e) {
            return refuse(command, e);
        }
    }

    private Outcome refuse(CloneCommand command, DonorErrorException e) {
        LOGGER.atDebug()
                .addKeyValue("command", command.code())
                .addKeyValue("error", e.errorCode())
                .addKeyValue("reason", e.getMessage())
                .log("clone command failed");
        if (e.closesConnection()) {
            return Outcome.CLOSE;
        }
        try {
            peer.send(new ErrorResponse(e.errorCode(), e.getMessage()));
            return Outcome.GO_ON;
        } catch (DonorErrorException gone) {
            return Outcome.CLOSE;
        }
    }

    /** Ends what a closed connection was part of. Call it last, on the thread that serves the commands. */
    public void end() {
        operation.ifPresent(clone -> {
            if (state == State.IDLE) {
                return;
            }
            if (task == CloneOperation.MASTER) {
                clone.fail(CloneError.ER_NET_READ_ERROR, "the main connection was lost");
                registry.end(clone);
            } else {
                clone.leave(task);
            }
        });
    }

    /** Ends a wait for other tasks, if there is one. Any thread. */
    public void onPeerGone() {
        operation.ifPresent(CloneOperation::wake);
    }

    /** Ends the clone of this connection. Any thread. */
    public void kill() {
        operation.ifPresent(clone -> clone.fail(CloneError.ER_QUERY_INTERRUPTED, "killed"));
    }

    @Override
    public Command onInit(InitCommand command) {
        return () -> {
            requireState(State.IDLE, command);
            registry.requireSecure(peer);
            requireVersionLocator(command.locators());
            registry.onDdlSettings(command.ddl());
            registry.requireUnchanged();
            CloneOperation clone = registry.begin(peer);
            operation = Optional.of(clone);
            state = State.READY;
            int negotiated = Math.min(
                    command.protocolVersion(), profile.protocolVersion().wireCode());
            CloneResponse locators = locators(negotiated, clone);
            if (profile.locatorsFirst()) {
                peer.send(locators);
            }
            int pageSize = clone.plan().source().pageSize();
            Duration resumeWindow = registry.limits().resumeWindow();
            for (CloneResponse parameter : Parameters.of(profile, negotiated, pageSize, resumeWindow)) {
                peer.send(parameter);
            }
            if (!profile.locatorsFirst()) {
                peer.send(locators);
            }
            peer.send(CompleteResponse.INSTANCE);
        };
    }

    @Override
    public Command onAttach(AttachCommand command) {
        return () -> {
            requireState(State.IDLE, command);
            registry.requireSecure(peer);
            registry.onDdlSettings(command.ddl());
            CloneOperation clone = registry.find(onlyLocator(command.locators()), peer);
            operation = Optional.of(clone);
            task = clone.attach(peer);
            state = State.READY;
            peer.send(locators(command.protocolVersion(), clone));
            peer.send(CompleteResponse.INSTANCE);
        };
    }

    @Override
    public Command onReinit(ReinitCommand command) {
        return () -> {
            requireState(State.IDLE, command);
            registry.requireSecure(peer);
            registry.onDdlSettings(command.ddl());
            CloneOperation clone = registry.resume(onlyLocator(command.locators()), peer);
            operation = Optional.of(clone);
            state = State.READY;
            peer.send(locators(command.protocolVersion(), clone));
            peer.send(CompleteResponse.INSTANCE);
        };
    }

    @Override
    public Command onExecute(ExecuteCommand command) {
        return () -> {
            requireState(State.READY, command);
            state = State.EXECUTED;
            CloneOperation clone = operation.orElseThrow();
            if (task == CloneOperation.MASTER) {
                clone.execute();
            }
            try {
                new CloneTask(clone, task, peer).run();
            } catch (DonorErrorException e) {
                clone.fail(e.errorCode(), e.getMessage());
                throw e;
            }
        };
    }

    @Override
    public Command onAck(AckCommand command) {
        return () -> {
            CloneOperation clone = registry.find(command.locator().innodbLocator(), peer);
            requireOwn(clone);
            if (command.errorCode() == 0) {
                clone.acknowledge(command.stateDescriptor().state());
            } else {
                clone.fail((int) command.errorCode(), "the recipient reported it");
            }
            peer.send(CompleteResponse.INSTANCE);
        };
    }

    @Override
    public Command onExit(ExitCommand command) {
        return () -> {
            if (state != State.IDLE) {
                CloneOperation clone = operation.orElseThrow();
                if (task == CloneOperation.MASTER) {
                    clone.awaitWorkersGone(peer);
                    clone.fail(CloneError.ER_QUERY_INTERRUPTED, "the main connection left the clone");
                    registry.end(clone);
                } else {
                    clone.leave(task);
                }
            }
            state = State.LEFT;
            operation = Optional.empty();
            peer.send(CompleteResponse.INSTANCE);
        };
    }

    /** Refuses a command for a clone other than the one of this connection. */
    private void requireOwn(CloneOperation clone) throws DonorErrorException {
        if (operation.isPresent() && operation.get().cloneId() != clone.cloneId()) {
            throw DonorErrorException.internal("clone " + clone.cloneId() + " is not that of this connection, "
                    + operation.get().cloneId());
        }
    }

    private void requireState(State expected, CloneCommand command) throws DonorErrorException {
        if (state != expected) {
            throw DonorErrorException.protocol(command.code() + " in state " + state + " (expected: " + expected + ')');
        }
    }

    /** Accepts COM_INIT with an empty InnoDB locator, or with none: the donor then offers its own. */
    private static void requireVersionLocator(List<LocatorEntry> entries) throws DonorErrorException {
        if (!entries.isEmpty()
                && !(entries.size() == 1 && entries.get(0).locator().isEmpty())) {
            onlyLocator(entries);
        }
    }

    private static Locator onlyLocator(List<LocatorEntry> entries) throws DonorErrorException {
        if (entries.size() != 1) {
            throw DonorErrorException.protocol(entries.size() + " locators (expected: 1)");
        }
        return entries.get(0).innodbLocator();
    }

    private static CloneResponse locators(int protocolVersion, CloneOperation clone) {
        Locator locator = new Locator(
                DescriptorHeader.VERSION,
                clone.cloneId(),
                clone.snapshotId(),
                0,
                clone.state(),
                false,
                Optional.empty());
        return new LocatorsResponse(protocolVersion, List.of(LocatorEntry.innodb(locator)));
    }
}
