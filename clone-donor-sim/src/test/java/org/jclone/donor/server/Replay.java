package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.donor.api.Account;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.recording.Direction;
import org.jclone.protocol.recording.RecordedMessage;

/**
 * Sends a recorded recipient's commands to a donor, in their order, and reads an answer where the recording has one. Which
 * connection gets which block is random, so blocks and their descriptors are collected as they arrive. Only the ids of the
 * clone are replaced.
 */
final class Replay implements AutoCloseable {

    /** The answers on one connection: the descriptors of blocks as hex digits, and all others. */
    static final class Heard {

        final List<String> answers = new ArrayList<>();
        final List<String> bulk = new ArrayList<>();
        final List<String> all = new ArrayList<>();

        private void add(CloneResponse response, byte[] payload) {
            String text = response.code() == CloneResponseCode.LOCS
                    ? "LOCS " + withoutIds((LocatorsResponse) response)
                    : response.code() + " " + HexFormat.of().formatHex(payload);
            (isBulk(response) ? bulk : answers).add(text);
            all.add(text);
        }

        private static Locator withoutIds(LocatorsResponse response) {
            Locator found = response.locators().get(0).innodbLocator();
            return new Locator(found.version(), 0, 0, 0, found.state(), found.metadataTransferred(), found.restart());
        }
    }

    private final int port;
    private final Account account;
    private final Map<Integer, RawClient> clients = new LinkedHashMap<>();
    final Map<Integer, Heard> expected = new LinkedHashMap<>();
    final Map<Integer, Heard> found = new LinkedHashMap<>();
    private final Set<Integer> quit = new HashSet<>();
    private Optional<Locator> recordedClone = Optional.empty();
    private Optional<Locator> clone = Optional.empty();

    Replay(int port, Account account) {
        this.port = port;
        this.account = account;
    }

    void play(Recorded recorded) throws IOException {
        for (Recorded.Event event : recorded.events) {
            if (event.message().isEmpty()) {
                close(event.connection());
            } else if (event.direction() == Direction.FROM_RECIPIENT) {
                send(event);
            } else {
                receive(event);
            }
        }
    }

    private void send(Recorded.Event event) throws IOException {
        RecordedMessage message = event.message().orElseThrow();
        if (message instanceof RecordedMessage.Login) {
            clients.put(event.connection(), RawClient.loggedIn(port, account));
            expected.put(event.connection(), new Heard());
            found.put(event.connection(), new Heard());
        } else if (message instanceof RecordedMessage.SqlCommand || message instanceof RecordedMessage.InCloneMode) {
            if (message instanceof RecordedMessage.SqlCommand sql
                    && sql.command().code() == CommandCode.COM_QUIT) {
                quit.add(event.connection());
            }
            byte[] payload = withOurIds(event.payload());
            clients.get(event.connection()).send(0, out -> out.writeBytes(payload));
        }
    }

    private byte[] withOurIds(byte[] payload) {
        if (recordedClone.isEmpty() || clone.isEmpty()) {
            return payload;
        }
        HexFormat hex = HexFormat.of();
        String replaced = hex.formatHex(payload)
                .replace(hex.formatHex(ids(recordedClone.get())), hex.formatHex(ids(clone.get())));
        return hex.parseHex(replaced);
    }

    private static byte[] ids(Locator locator) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(locator.cloneId())
                .putLong(locator.snapshotId())
                .array();
    }

    private void receive(Recorded.Event event) throws IOException {
        RecordedMessage message = event.message().orElseThrow();
        RawClient client = clients.get(event.connection());
        if (message instanceof RecordedMessage.Ok && client != null) {
            if (event.payload().length > 0 && !isLoginOk(event)) {
                assertThat(client.read().payload().toByteArray()).isEqualTo(event.payload());
            }
        } else if (message instanceof RecordedMessage.Err err) {
            ErrPacket ours = ErrPacket.CODEC.decode(client.read().buffer());
            assertThat(ours.errorCode()).isEqualTo(err.error().errorCode());
            assertThat(ours.sqlState()).isEqualTo(err.error().sqlState());
        } else if (event.response().isPresent()) {
            receive(event, event.response().get());
        }
    }

    /** Skips the OK of the connection phase, which answers no command. */
    private static boolean isLoginOk(Recorded.Event event) {
        return event.message().orElseThrow() instanceof RecordedMessage.AuthPacket;
    }

    private void receive(Recorded.Event event, CloneResponse response) throws IOException {
        if (Recorded.isKeepAlive(response)) {
            return;
        }
        expected.get(event.connection()).add(response, event.payload());
        if (!isBulk(response)) {
            CloneResponse ours = readAnswer(event.connection());
            if (response instanceof LocatorsResponse locators && ours instanceof LocatorsResponse ourLocators) {
                recordedClone = Optional.of(locators.locators().get(0).innodbLocator());
                clone = Optional.of(ourLocators.locators().get(0).innodbLocator());
            }
        }
    }

    /** Reads up to the next answer that is no block. */
    private CloneResponse readAnswer(int connection) throws IOException {
        CloneResponse response = readOne(connection);
        while (isBulk(response)) {
            response = readOne(connection);
        }
        return response;
    }

    private CloneResponse readOne(int connection) throws IOException {
        while (true) {
            RawClient.Packet packet = clients.get(connection).read();
            assertThat(packet.sequenceId()).isZero();
            if (packet.firstByte() == CloneResponseCode.DATA.wireCode()) {
                continue;
            }
            CloneResponse response = CloneResponse.decode(packet.buffer());
            if (!Recorded.isKeepAlive(response)) {
                found.get(connection).add(response, packet.payload().toByteArray());
                return response;
            }
        }
    }

    /** Ends a connection where the recorded one ended, possibly between blocks if there was no COM_EXIT. */
    private void close(int connection) throws IOException {
        if (clients.containsKey(connection)) {
            while (!quit.contains(connection)
                    && found.get(connection).all.size()
                            < expected.get(connection).all.size()) {
                readOne(connection);
            }
            clients.remove(connection).close();
        }
    }

    /** Returns whether it is a block, or the metadata of a redo file, which each task sends before its first block. */
    private static boolean isBulk(CloneResponse response) {
        return Recorded.descriptorOf(response)
                .filter(descriptor -> descriptor instanceof DataDescriptor
                        || descriptor instanceof FileDescriptor file && file.state() == SnapshotState.REDO_COPY)
                .isPresent();
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients.values()) {
            client.close();
        }
    }
}
