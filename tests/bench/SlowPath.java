import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A long way to a donor, on one machine: a proxy that delays and limits what passes.
 *
 * <pre>
 *   java SlowPath.java HOST:PORT DELAY_MILLIS MBIT WINDOW_KIB      prints the port that it listens on
 * </pre>
 *
 * <p>Each direction has the delay, so a round trip takes two of them, and a line of MBIT megabits per second, which all
 * connections share. A connection has at most WINDOW_KIB on the way in each direction, as the buffers of a TCP connection
 * permit. There is no loss and no slow start.
 */
public final class SlowPath {

    private static final int PIECE_BYTES = 32 << 10;
    private static final int SOCKET_BYTES = 256 << 10;

    /** What has been sent, or acknowledged, and when it arrives. */
    private record Piece(byte[] bytes, int length, long arrivesNanos) {}

    /** One direction of the line. */
    private static final class Line {

        private final double nanosPerByte;
        private long freeNanos = System.nanoTime();

        Line(long mbit) {
            nanosPerByte = 8000.0 / mbit;
        }

        /** Returns when the last of these bytes has been sent. */
        synchronized long send(int bytes) {
            freeNanos = Math.max(System.nanoTime(), freeNanos) + (long) (bytes * nanosPerByte);
            return freeNanos;
        }
    }

    /** One direction of a connection. */
    private static final class Direction {

        private final Socket from;
        private final Socket to;
        private final Line line;
        private final long delayNanos;
        private final int windowBytes;
        private final BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
        private final BlockingQueue<Piece> acknowledged = new LinkedBlockingQueue<>();

        Direction(Socket from, Socket to, Line line, long delayNanos, int windowBytes) {
            this.from = from;
            this.to = to;
            this.line = line;
            this.delayNanos = delayNanos;
            this.windowBytes = windowBytes;
        }

        void begin() {
            start(this::read);
            start(this::write);
        }

        private void read() throws IOException, InterruptedException {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[PIECE_BYTES];
            int inFlight = 0;
            while (true) {
                int length = in.read(buffer);
                if (length < 0) {
                    onTheWay.add(new Piece(new byte[0], 0, System.nanoTime() + delayNanos));
                    return;
                }
                while (inFlight + length > windowBytes) {
                    Piece piece = acknowledged.take();
                    sleepUntil(piece.arrivesNanos);
                    inFlight -= piece.length;
                }
                inFlight += length;
                onTheWay.add(new Piece(Arrays.copyOf(buffer, length), length, line.send(length) + delayNanos));
            }
        }

        private void write() throws IOException, InterruptedException {
            OutputStream out = to.getOutputStream();
            while (true) {
                Piece piece = onTheWay.take();
                sleepUntil(piece.arrivesNanos);
                if (piece.length == 0) {
                    to.shutdownOutput();
                    return;
                }
                out.write(piece.bytes);
                acknowledged.add(new Piece(piece.bytes, piece.length, System.nanoTime() + delayNanos));
            }
        }

        private void start(Task task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException | InterruptedException e) {
                    close(from);
                    close(to);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private SlowPath() {}

    public static void main(String[] args) throws IOException {
        int colon = args[0].lastIndexOf(':');
        InetSocketAddress donor =
                new InetSocketAddress(args[0].substring(0, colon), Integer.parseInt(args[0].substring(colon + 1)));
        long delayNanos = Long.parseLong(args[1]) * 1_000_000;
        long mbit = Long.parseLong(args[2]);
        int windowBytes = Integer.parseInt(args[3]) << 10;
        Line toDonor = new Line(mbit);
        Line fromDonor = new Line(mbit);
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(SOCKET_BYTES);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println(server.getLocalPort());
            while (true) {
                Socket client = server.accept();
                new Thread(() -> connect(client, donor, toDonor, fromDonor, delayNanos, windowBytes)).start();
            }
        }
    }

    private static void connect(
            Socket client, InetSocketAddress donor, Line toDonor, Line fromDonor, long delayNanos, int windowBytes) {
        Socket server = new Socket();
        try {
            sleepUntil(System.nanoTime() + 2 * delayNanos); // the handshake of TCP
            server.setReceiveBufferSize(SOCKET_BYTES);
            server.connect(donor);
            for (Socket socket : new Socket[] {client, server}) {
                socket.setSendBufferSize(SOCKET_BYTES);
                socket.setTcpNoDelay(true);
            }
            new Direction(client, server, toDonor, delayNanos, windowBytes).begin();
            new Direction(server, client, fromDonor, delayNanos, windowBytes).begin();
        } catch (IOException e) {
            close(client);
            close(server);
        }
    }

    private static void sleepUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
