package org.jclone.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes of a client get answers that are HTTP with a known status, no handler fails, and the bytes in memory are
 * limited.
 */
class HttpFuzzTest {

    private static final HttpLimits LIMITS = new HttpLimits(
            1,
            1,
            1,
            200,
            1000,
            100,
            HttpLimits.DEFAULT.idle(),
            HttpLimits.DEFAULT.body(),
            HttpLimits.DEFAULT.write(),
            HttpLimits.DEFAULT.heartbeat());

    private static final int ROUNDS = 5_000;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private static final Router ROUTER = new Router(List.of(
            Route.of(Method.GET, "/a/{b}", request -> Response.json(200, "{}")),
            Route.of(Method.POST, "/a/{b}", request -> {
                assertThat(request.body().length()).isLessThanOrEqualTo(LIMITS.bodyBytes());
                return Response.json(202, "{}");
            }),
            Route.open("/livez", request -> Response.of(200, "text/plain", "ok"))));

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "GET /a/b?c=d&e=%20 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\n\r\n",
                        "POST /a/b HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                        "POST /a/b HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nT: u\r\n\r\n",
                        "HEAD /livez HTTP/1.0\r\n\r\nGET /livez HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n")
                .map(text -> Arguments.of(text.getBytes(ISO_8859_1)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void request(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAutoRead(false);
        HttpServer.addCodec(channel.pipeline(), LIMITS);
        channel.pipeline()
                .addLast(new HttpConnection(
                        ROUTER,
                        peer -> new Caller("me", Role.OPERATE),
                        LIMITS,
                        new HandlerPool(ImmediateEventExecutor.INSTANCE),
                        InstantSource.system(),
                        Optional.empty()));
        channel.pipeline().fireChannelActive();
        int half = bytes.length / 2;
        write(channel, bytes, 0, half);
        write(channel, bytes, half, bytes.length - half);
        channel.runPendingTasks();
        StringBuilder answers = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            answers.append(out.toString(ISO_8859_1));
            out.release();
        }
        Matcher statuses = STATUS.matcher(answers);
        if (!answers.isEmpty()) {
            assertThat(statuses.lookingAt()).describedAs(answers.toString()).isTrue();
        }
        statuses.reset();
        while (statuses.find()) {
            assertThat(Integer.parseInt(statuses.group(1))).isNotEqualTo(500).isBetween(100, 503);
        }
        channel.finishAndReleaseAll();
    }

    /** What the fuzzer does for hours, for a moment in each build. */
    @Test
    void mutationsOfRequests() {
        Random random = new Random(16);
        List<byte[]> seeds =
                seeds().map(arguments -> (byte[]) arguments.get()[0]).toList();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            byte[] other = seeds.get(random.nextInt(seeds.size()));
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] = (byte) random.nextInt(256);
                    case 1 -> bytes = Arrays.copyOf(bytes, at + 1);
                    case 2 -> bytes[at] = other[random.nextInt(other.length)];
                    default -> {
                        byte[] joined = Arrays.copyOf(bytes, at + other.length);
                        System.arraycopy(other, 0, joined, at, other.length);
                        bytes = joined;
                    }
                }
            }
            request(bytes);
        }
    }

    private static void write(EmbeddedChannel channel, byte[] bytes, int offset, int length) {
        if (channel.isOpen() && length > 0) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, offset, length));
        }
    }
}
