package org.jclone.recipient.connection;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.netty.CompressionNotOfferedException;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.protocol.netty.XProtocolException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.tls.TlsErrors;

/** Turns any failure between recipient and donor into an error with a code and a hint. */
public final class ErrorTranslator {

    /** Netty's prefix to the system's text: {@code finishConnect(..) failed with error(-111): }. */
    private static final String NATIVE_CALL = "^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ";

    /** The activity until a connection stands. */
    public static final String CONNECTING = "connecting";

    private final DonorAddress donor;

    public ErrorTranslator(DonorAddress donor) {
        this.donor = donor;
    }

    /** @param doing what was being done, such as {@code "connecting"} or {@code "FILE COPY"} */
    public CloneException translate(Throwable thrown, String doing) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof CloneException failure) {
            return failure;
        }
        if (cause instanceof CloneErrorResponseException refused) {
            return DonorErrors.of(
                    donor,
                    doing,
                    (int) refused.response().errorCode(),
                    "",
                    refused.response().message());
        }
        if (cause instanceof ServerErrorException refused) {
            return DonorErrors.of(
                    donor,
                    doing,
                    refused.error().errorCode(),
                    refused.error().sqlState(),
                    refused.error().message());
        }
        if (cause instanceof AuthenticationException authentication) {
            return new CloneException(
                    CloneErrorCode.ACCESS_DENIED,
                    "login at " + donor + ": " + cause.getMessage(),
                    hint(authentication.reason()),
                    cause);
        }
        if (cause instanceof TlsNotOfferedException) {
            return new CloneException(
                    CloneErrorCode.TLS_FAILED,
                    donor + " does not offer TLS",
                    Explanations.hint("TLS_FAILED", "absent"),
                    cause);
        }
        if (cause instanceof CompressionNotOfferedException) {
            return new CloneException(
                    CloneErrorCode.INCOMPATIBLE,
                    donor + ": " + cause.getMessage(),
                    Explanations.hint("INCOMPATIBLE", "compression"),
                    cause);
        }
        if (cause instanceof SSLException tls) {
            return TlsErrors.translate(tls, donor);
        }
        if (cause instanceof DecoderException) {
            return protocol(cause, doing);
        }
        if (cause instanceof IOException
                || cause instanceof ReadTimeoutException
                || cause instanceof LoginTimeoutException) {
            return connection(cause, doing);
        }
        return new CloneException(
                CloneErrorCode.INTERNAL,
                "a bug in jclone while " + doing + ": " + cause,
                Explanations.hint("INTERNAL"),
                cause);
    }

    private static String hint(AuthenticationException.Reason reason) {
        return switch (reason) {
            case NOT_ENCRYPTED -> Explanations.hint("2061");
            case CLEAR_TEXT -> Explanations.hint("ACCESS_DENIED", "clear-text");
            case UNKNOWN_PLUGIN -> Explanations.hint("ACCESS_DENIED", "plugin");
            case FURTHER_FACTOR -> Explanations.hint("ACCESS_DENIED", "factor");
            case SERVER_KEY -> Explanations.hint("ACCESS_DENIED", "server-key");
            case UNEXPECTED_DATA -> Explanations.hint("ACCESS_DENIED", "not-mysql");
        };
    }

    private CloneException protocol(Throwable cause, String doing) {
        if (cause.getCause() instanceof SSLException ssl) {
            return translate(ssl, doing);
        }
        if (cause instanceof XProtocolException) {
            return new CloneException(
                    CloneErrorCode.PROTOCOL,
                    donor + " speaks the X protocol (mysqlx), which cannot clone",
                    Explanations.hint("PROTOCOL", "x"),
                    cause);
        }
        return new CloneException(
                CloneErrorCode.PROTOCOL,
                donor + " sent what is not the clone protocol, while " + doing + ": " + cause.getMessage(),
                Explanations.hint("PROTOCOL"),
                cause);
    }

    private CloneException connection(Throwable cause, String doing) {
        boolean ended = cause instanceof ClosedChannelException;
        if (donor.socket().isPresent() && doing.equals(CONNECTING) && cause instanceof IOException && !ended) {
            return new CloneException(
                    CloneErrorCode.CONNECT_FAILED,
                    "cannot connect to the socket " + donor + ": "
                            + (cause instanceof FileNotFoundException ? "there is none" : reason(cause)),
                    Explanations.hint("CONNECT_FAILED", "socket"),
                    cause);
        }
        boolean neverConnected = cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof ConnectTimeoutException;
        if (neverConnected) {
            return new CloneException(
                    CloneErrorCode.CONNECT_FAILED,
                    "cannot connect to " + donor + ": " + reason(cause),
                    Explanations.hint("CONNECT_FAILED"),
                    cause);
        }
        if (cause instanceof LoginTimeoutException) {
            return new CloneException(
                    CloneErrorCode.CONNECT_FAILED,
                    "no login at " + donor + ": " + cause.getMessage(),
                    Explanations.hint("CONNECT_FAILED", "slow"),
                    cause);
        }
        return new CloneException(
                CloneErrorCode.CONNECTION_LOST,
                "the connection to " + donor + " was lost while " + doing + ": " + reason(cause),
                Explanations.hint("CONNECTION_LOST"),
                cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return "the donor closed it";
        }
        if (cause instanceof UnknownHostException) {
            return "no such host";
        }
        if (cause.getMessage() == null) {
            return cause.getClass().getSimpleName();
        }
        String text = cause.getMessage().replaceFirst(NATIVE_CALL, "");
        return cause instanceof SocketException ? text.replaceFirst(": [^ ]*/[^ ]*$", "") : text;
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
