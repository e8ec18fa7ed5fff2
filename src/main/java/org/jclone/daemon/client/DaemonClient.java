package org.jclone.daemon.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** Sends requests through the daemon's socket, one on a connection. */
public final class DaemonClient {

    private static final int MAX_LINE = 65_536;
    private static final int MAX_BODY = 64 << 20;

    /** The daemon sends a heartbeat every 15 seconds. */
    private static final Duration STREAM_PATIENCE = Duration.ofSeconds(60);

    /** The daemon asks servers for a minute or more, if several do not answer. */
    private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(10);

    private final Path socket;
    private final Duration answerPatience;
    private final Duration streamPatience;

    public DaemonClient(Path socket) {
        this(socket, ANSWER_PATIENCE, STREAM_PATIENCE);
    }

    /**
     * @param answerPatience how long the answer to a request may take
     * @param streamPatience how long a stream may be silent
     */
    DaemonClient(Path socket, Duration answerPatience, Duration streamPatience) {
        this.socket = socket;
        this.answerPatience = answerPatience;
        this.streamPatience = streamPatience;
    }

    /** Returns the JSON of a successful answer. */
    public JsonTree get(String path) throws CloneException {
        return ask("GET", path, "", Map.of());
    }

    /**
     * Sends a request.
     *
     * @param body JSON; empty for none
     * @throws CloneException if the daemon refuses it, or does not answer
     */
    public JsonTree ask(String method, String path, String body, Map<String, String> headers) throws CloneException {
        try (SocketChannel channel = connect();
                InputStream in = new BufferedInputStream(new PatientInput(channel, answerPatience))) {
            Map<String, String> all = new HashMap<>(headers);
            if (!body.isEmpty()) {
                all.put("Content-Type", "application/json");
            }
            Answer answer = send(channel, in, method, path, body, all);
            return check(answer);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** What happens on a stream. */
    @FunctionalInterface
    public interface StreamListener {
        /** @param id empty for an event that is not repeated */
        void onEvent(Optional<String> id, String name, JsonTree data);
    }

    /**
     * Reads a stream of events until the daemon ends it.
     *
     * @param after the id of the last event that is known; empty for all
     * @throws CloneException if the daemon refuses it, or is gone
     */
    public void stream(String path, Optional<String> after, StreamListener listener) throws CloneException {
        try (SocketChannel channel = connect();
                InputStream in = new BufferedInputStream(new PatientInput(channel, streamPatience))) {
            Map<String, String> headers = new HashMap<>(Map.of("Accept", "text/event-stream"));
            after.ifPresent(id -> headers.put("Last-Event-ID", id));
            Answer answer = send(channel, in, "GET", path, "", headers);
            if (answer.status != 200) {
                check(answer);
            }
            new EventLines(listener).read(answer.body);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private SocketChannel connect() throws CloneException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw Failure.Daemon.NO_ANSWER.exception(
                    "cannot connect to the daemon at " + socket + ": " + FileReason.of(e), e);
        }
    }

    private CloneException lost(IOException e) {
        return Failure.Daemon.NO_ANSWER.exception(
                e instanceof SocketTimeoutException
                        ? "the daemon at " + socket + " does not answer: " + e.getMessage()
                        : "the connection to the daemon at " + socket + " was lost: " + FileReason.of(e),
                e);
    }

    private record Answer(int status, InputStream body) {}

    private static Answer send(
            SocketChannel channel, InputStream in, String method, String path, String body, Map<String, String> headers)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        StringBuilder head =
                new StringBuilder(method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        write(channel, head.toString().getBytes(ISO_8859_1));
        write(channel, bytes);
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP");
        }
        Map<String, String> answered = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                answered.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        boolean chunked = "chunked".equalsIgnoreCase(answered.get("transfer-encoding"));
        return new Answer(Integer.parseInt(status[1]), chunked ? new ChunkedInput(in) : in);
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the daemon ended the connection");
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("a line is too long");
            }
            line.write(next);
        }
        return line.toString(UTF_8).stripTrailing();
    }

    private static JsonTree check(Answer answer) throws IOException, CloneException {
        JsonTree json = JsonTree.parse(new String(answer.body.readNBytes(MAX_BODY), UTF_8));
        if (answer.status >= 300) {
            throw new RefusedException(json);
        }
        return json;
    }
}
