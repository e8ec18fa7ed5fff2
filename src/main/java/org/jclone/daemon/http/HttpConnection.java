package org.jclone.daemon.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jclone.protocol.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: one request at a time, each with a deadline, and the response to it.
 *
 * <pre>
 * HEAD ──► BODY ──► WORKING ──► HEAD            the next request, with keep-alive
 *   │        │         ├──────► STREAMING       server-sent events, until one side ends them
 *   └────────┴─────────┴──────► CLOSING         a response that ends the connection
 * </pre>
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpConnection.class);

    /** How long a refused client may continue to send, so that it can read the reason. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private enum State {
        HEAD,
        BODY,
        WORKING,
        STREAMING,
        CLOSING
    }

    private final Router router;
    private final Access access;
    private final HttpLimits limits;
    private final HandlerPool handlers;
    private final InstantSource clock;
    private final Optional<String> crowd;
    private final RequestBody body;

    private State state = State.HEAD;
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();
    private boolean reading;
    private boolean keepAlive;
    private boolean chunkedAllowed;
    private RequestHead head;
    private Optional<EventStream> stream = Optional.empty();

    /** @param crowd why the listener takes no further connection; this one then answers so, and ends */
    HttpConnection(
            Router router,
            Access access,
            HttpLimits limits,
            HandlerPool handlers,
            InstantSource clock,
            Optional<String> crowd) {
        this.router = router;
        this.access = access;
        this.limits = limits;
        this.handlers = handlers;
        this.clock = clock;
        this.crowd = crowd;
        this.body = new RequestBody(limits.bodyBytes());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (crowd.isPresent()) {
            refuse(ctx, Problem.Kind.UNAVAILABLE.problem(crowd.get()).response());
        } else {
            awaitRequest(ctx);
        }
    }

    private void awaitRequest(ChannelHandlerContext ctx) {
        state = State.HEAD;
        // Nobody waits for an answer yet, unless the header has begun; the difference does not matter.
        setDeadline(ctx, limits.idle(), () -> ctx.close());
        read(ctx);
    }

    /** Requests one message, unless a request is pending: a second would bring a message that nobody waits for. */
    private void read(ChannelHandlerContext ctx) {
        if (!reading) {
            reading = true;
            ctx.read();
        }
    }

    /** Ends a pending request, whether or not it brought a message. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        switch (state) {
            case HEAD, BODY, STREAMING -> read(ctx);
            case WORKING, CLOSING -> {}
        }
        ctx.fireChannelReadComplete();
    }

    private void setDeadline(ChannelHandlerContext ctx, Duration after, Runnable action) {
        clearDeadline();
        deadline = Optional.of(ctx.executor().schedule(action, after.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void clearDeadline() {
        deadline.ifPresent(task -> task.cancel(false));
        deadline = Optional.empty();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        reading = false;
        switch (state) {
            case HEAD, BODY -> {
                try {
                    onMessage(ctx, message);
                } catch (ProblemException e) {
                    refuse(ctx, e.response());
                }
            }
            case STREAMING -> ctx.close(); // a stream takes no further request
            case WORKING, CLOSING -> {} // discarded
        }
    }

    private void onMessage(ChannelHandlerContext ctx, HttpObject message) throws ProblemException {
        if (message.decoderResult().isFailure()) {
            throw new ProblemException(malformed(message.decoderResult()));
        }
        if (message instanceof HttpRequest request) {
            onHead(ctx, request);
        }
        if (message instanceof HttpContent content) {
            body.add(content.content());
        }
        if (message instanceof LastHttpContent) {
            work(ctx);
        }
    }

    private Problem malformed(DecoderResult result) {
        Throwable cause = result.cause();
        if (cause instanceof TooLongHttpLineException) {
            return Problem.Kind.URI_TOO_LONG.problem(
                    "the request line is longer than " + limits.requestLineBytes() + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Problem.Kind.HEADERS_TOO_LARGE.problem(
                    "the header is longer than " + limits.headerBytes() + " bytes");
        }
        return Problem.Kind.MALFORMED.problem(Printable.of("malformed HTTP: " + cause.getMessage()));
    }

    private void onHead(ChannelHandlerContext ctx, HttpRequest request) throws ProblemException {
        keepAlive = false; // after a problem before the end of this, what follows cannot be trusted
        chunkedAllowed = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        RequestHead.checkFraming(request);
        if (ctx.channel() instanceof EpollDomainSocketChannel) {
            RequestHead.checkLocalHost(request.headers());
        }
        head = RequestHead.of(
                request,
                router,
                limits.bodyBytes(),
                session -> access.admit(Peer.of(ctx.channel(), request.headers(), session)));
        if (head.expectsContinue()) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        keepAlive = HttpUtil.isKeepAlive(request);
        state = State.BODY;
        setDeadline(ctx, limits.body(), () -> {
            keepAlive = false;
            refuse(
                    ctx,
                    Problem.Kind.TIMEOUT
                            .problem("the body was not complete after "
                                    + limits.body().toMillis() + " ms")
                            .response());
        });
    }

    private void work(ChannelHandlerContext ctx) throws ProblemException {
        clearDeadline();
        Request request = head.request(body.take(), isTls(ctx));
        state = State.WORKING;
        handlers.answer(head, request, ctx.executor(), response -> send(ctx, response));
    }

    private static boolean isTls(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(SslHandler.class) != null;
    }

    private void send(ChannelHandlerContext ctx, Response response) {
        if (!ctx.channel().isActive()) {
            HandlerPool.release(response);
            return;
        }
        if (response instanceof Response.Events events) {
            stream(ctx, events.feed());
        } else {
            sendFull(ctx, (Response.Full) response);
        }
    }

    private void sendFull(ChannelHandlerContext ctx, Response.Full response) {
        byte[] bytes = response.bytes();
        FullHttpResponse out = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), Unpooled.wrappedBuffer(bytes));
        setHeaders(out, response.contentType());
        response.headers().forEach((name, value) -> out.headers().set(name, value));
        out.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        if (keepAlive && !handlers.isClosing()) {
            HttpUtil.setKeepAlive(out, true);
            ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            awaitRequest(ctx);
        } else {
            state = State.CLOSING;
            out.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(out).addListener(written -> closeAfterReading(ctx));
        }
    }

    private void setHeaders(HttpResponse response, String contentType) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
    }

    private void refuse(ChannelHandlerContext ctx, Response.Full response) {
        clearDeadline();
        keepAlive = false;
        body.clear();
        sendFull(ctx, response);
    }

    /** Closes once the client has had time to read: with unread data, a close would discard the response on its way. */
    private void closeAfterReading(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof DuplexChannel channel) || isTls(ctx)) {
            ctx.close();
            return;
        }
        channel.shutdownOutput();
        ctx.channel().config().setAutoRead(true);
        setDeadline(ctx, LINGER, () -> ctx.close());
    }

    private void stream(ChannelHandlerContext ctx, EventFeed feed) {
        HttpResponse start = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        setHeaders(start, "text/event-stream");
        start.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (chunkedAllowed) {
            HttpUtil.setTransferEncodingChunked(start, true);
        }
        state = State.STREAMING;
        EventStream opened = new EventStream(ctx, feed, handlers.threads(), limits.heartbeat());
        stream = Optional.of(opened);
        opened.begin(start, problem -> refuse(ctx, problem.response()));
        read(ctx); // to notice that the client ends the connection
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        stream.ifPresent(EventStream::pump);
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clearDeadline();
        state = State.CLOSING;
        stream.ifPresent(EventStream::close);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean usual = cause instanceof IOException
                || cause instanceof SSLException
                || cause instanceof WriteTimeoutException
                || cause instanceof DecoderException;
        if (!usual) {
            LOGGER.atError().setCause(cause).log("a connection of the API failed");
        } else {
            LOGGER.atDebug()
                    .addKeyValue("reason", Printable.of(String.valueOf(cause)))
                    .log("connection closed");
        }
        ctx.close();
    }
}
