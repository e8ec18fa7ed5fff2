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
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.tls.TlsErrors;

/** Turns any failure between recipient and donor into an error with a code and a hint. */
public final class ErrorTranslator {

    /** Netty's prefix to the system's text: {@code finishConnect(..) failed with error(-111): }. */
    private static final String NATIVE_CALL = "^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ";

    /** The number with which MySQL's clients report a plugin that needs TLS. */
    private static final int CR_AUTH_PLUGIN_ERR = 2061;

    /** The activity until a connection stands. */
    public static final String CONNECTING = "while connecting";

    private final DonorAddress donor;

    public ErrorTranslator(DonorAddress donor) {
        this.donor = donor;
    }

    /** @param doing what was being done, such as {@code while connecting} or {@code in FILE COPY} */
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
                    hint(authentication),
                    cause);
        }
        if (cause instanceof TlsNotOfferedException) {
            return Failure.TlsFailed.ABSENT.exception(donor + " does not offer TLS", cause);
        }
        if (cause instanceof CompressionNotOfferedException) {
            return Failure.Incompatible.COMPRESSION.exception(donor + ": " + cause.getMessage(), cause);
        }
        if (cause instanceof SSLException tls) {
            return TlsErrors.translate(tls, donor);
        }
        if (cause instanceof DecoderException) {
            return protocol(cause, doing);
        }
        if (cause instanceof IOException || cause instanceof DonorTimeoutException) {
            return connection(cause, doing);
        }
        return Failure.General.INTERNAL.exception("a bug in jclone, " + doing + ": " + cause, cause);
    }

    private static String hint(AuthenticationException failure) {
        return switch (failure.reason()) {
            case NOT_ENCRYPTED -> Explanations.hint(CR_AUTH_PLUGIN_ERR);
            case CLEAR_TEXT -> Failure.AccessDenied.CLEAR_TEXT.hint();
            case UNKNOWN_PLUGIN ->
                unsupported(failure.unsupportedPlugin().orElse("")).hint();
            case FURTHER_FACTOR -> Failure.AccessDenied.FACTOR.hint();
            case SERVER_KEY -> Failure.AccessDenied.SERVER_KEY.hint();
            case UNEXPECTED_DATA -> Failure.AccessDenied.NOT_MYSQL.hint();
        };
    }

    private static Failure.AccessDenied unsupported(String clientPlugin) {
        return switch (clientPlugin) {
            case "authentication_ldap_sasl_client" -> Failure.AccessDenied.LDAP_SASL;
            case "authentication_kerberos_client",
                    "authentication_oci_client",
                    "authentication_openid_connect_client" -> Failure.AccessDenied.TICKET;
            case "authentication_webauthn_client", "authentication_fido_client" -> Failure.AccessDenied.DEVICE;
            default -> Failure.AccessDenied.PLUGIN;
        };
    }

    private CloneException protocol(Throwable cause, String doing) {
        if (cause.getCause() instanceof SSLException ssl) {
            return translate(ssl, doing);
        }
        if (cause instanceof XProtocolException) {
            return Failure.Protocol.X.exception(donor + " speaks the X protocol (mysqlx), which cannot clone", cause);
        }
        return Failure.General.PROTOCOL.exception(
                donor + " sent what is not the clone protocol, " + doing + ": " + cause.getMessage(), cause);
    }

    private CloneException connection(Throwable cause, String doing) {
        boolean ended = cause instanceof ClosedChannelException;
        if (donor.socket().isPresent() && doing.equals(CONNECTING) && cause instanceof IOException && !ended) {
            return Failure.ConnectFailed.SOCKET.exception(
                    "cannot connect to the socket " + donor + ": "
                            + (cause instanceof FileNotFoundException ? "there is none" : reason(cause)),
                    cause);
        }
        boolean neverConnected = cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof ConnectTimeoutException;
        if (neverConnected) {
            return Failure.General.CONNECT_FAILED.exception("cannot connect to " + donor + ": " + reason(cause), cause);
        }
        if (cause instanceof DonorTimeoutException timeout && timeout.isAtLogin()) {
            return Failure.ConnectFailed.SLOW.exception("no login at " + donor + ": " + cause.getMessage(), cause);
        }
        return Failure.General.CONNECTION_LOST.exception(
                "the connection to " + donor + " was lost " + doing + ": " + reason(cause), cause);
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
