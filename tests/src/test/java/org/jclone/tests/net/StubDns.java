package org.jclone.tests.net;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A DNS server on a port of its own that answers each question with the same SRV records (RFC 1035, RFC 2782). */
public final class StubDns implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int SRV = 33;
    private static final int INTERNET = 1;
    private static final int NAME_OF_THE_QUESTION = 0xc000 | HEADER;

    private final DatagramSocket socket;
    private final List<Server> servers;

    /** A server that the records name. */
    public record Server(int priority, String host, int port) {}

    public StubDns(Server... servers) throws SocketException {
        this.servers = List.of(servers);
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "stub-dns");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the URL for {@code java.naming.provider.url}. */
    public String url() {
        return "dns://127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Repeats the one question, of whatever name. */
    private byte[] answer(byte[] question) throws IOException {
        int end = HEADER;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        end += 5; // the zero, type and class
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8180); // a response, without an error
        out.writeShort(1);
        out.writeShort(servers.size());
        out.writeInt(0);
        out.write(question, HEADER, end - HEADER);
        for (Server each : servers) {
            byte[] target = name(each.host());
            out.writeShort(NAME_OF_THE_QUESTION);
            out.writeShort(SRV);
            out.writeShort(INTERNET);
            out.writeInt(60);
            out.writeShort(6 + target.length);
            out.writeShort(each.priority());
            out.writeShort(0);
            out.writeShort(each.port());
            out.write(target);
        }
        return bytes.toByteArray();
    }

    private static byte[] name(String host) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : host.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
