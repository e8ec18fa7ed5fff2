package org.jclone.cli.output;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.FailedLogin;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.text.Printable;

/** The messages of a donor to its operator, one line each. */
public final class DonorText {

    private static final int MOST_MISSING = 20;

    private DonorText() {}

    /** The current time, in the format of log lines. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    public static String listening(InetSocketAddress address, DonorConfig config, String dictionaryVersion) {
        long bytes =
                config.source().files().stream().mapToLong(SourceFile::size).sum();
        String host = address.getAddress().getHostAddress();
        return "serving " + config.source().files().size() + " files, " + Units.bytes(bytes) + " of MySQL "
                + dictionaryVersion + ", on " + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':'
                + address.getPort() + " as MySQL " + config.profile().version();
    }

    /** Printed when the data dictionary cannot be read. */
    public static final String UNKNOWN_WHETHER_MISSING =
            "warning: cannot read the data dictionary, so missing tablespaces cannot be detected";

    /**
     * Lists the missing tablespaces of a directory, one line each.
     *
     * @param files their names in the data dictionary; at least one
     */
    public static List<String> missing(Path directory, List<String> files) {
        int count = files.size();
        List<String> lines = new ArrayList<>();
        lines.add(count
                + (count == 1 ? " tablespace of " : " tablespaces of ")
                + Printable.of(directory.toString())
                + (count == 1 ? " is missing:" : " are missing:"));
        files.stream().limit(MOST_MISSING).forEach(file -> lines.add("  " + Printable.of(file)));
        if (count > MOST_MISSING) {
            lines.add("  and " + (count - MOST_MISSING) + " more");
        }
        return lines;
    }

    /**
     * Says what to do about missing tablespaces.
     *
     * @param recovers see {@link org.jclone.donor.cold.ColdDirectory#recovers()}
     */
    public static List<String> missingHint(List<String> files, boolean recovers) {
        List<String> lines = new ArrayList<>();
        String folders = files.stream()
                .filter(file -> file.startsWith("/"))
                .map(file -> Printable.of(file.substring(0, Math.max(1, file.lastIndexOf('/')))))
                .distinct()
                .limit(MOST_MISSING)
                .collect(Collectors.joining(";"));
        if (folders.isEmpty()) {
            lines.add("Put the files back, or name the directories that contain them with --directories.");
        } else {
            lines.add("Name the directories that contain them: --directories='" + folders
                    + "', or where they are on this machine.");
        }
        if (recovers) {
            lines.add("The directory is a clone on which no server was started: tablespaces that were dropped during"
                    + " the clone may be among these.");
        }
        lines.add(
                "If they are lost, --allow-incomplete serves the rest. The server on such a clone may stop at the first"
                        + " use of a table that is missing.");
        return lines;
    }

    /** Describes an event: recipient, amount, speed, outcome. */
    public static String of(DonorEvent event) {
        String recipient = "clone " + event.cloneId() + " of " + Printable.of(event.recipient());
        String sent = Units.bytes(event.sentBytes()) + " in " + Units.duration(event.elapsed()) + ", "
                + Units.bytesPerSecond(Units.rate(event.sentBytes(), event.elapsed())) + ", at most "
                + event.connections() + (event.connections() == 1 ? " connection" : " connections");
        String detail = event.detail().isEmpty() ? "" : ": " + Printable.of(event.detail());
        return switch (event.kind()) {
            case STARTED -> recipient + " begins";
            case INTERRUPTED -> recipient + " is interrupted after " + sent + detail + "; it may reconnect";
            case RESUMED -> recipient + " resumes after " + sent;
            case COMPLETED -> recipient + " is complete: " + sent;
            case FAILED -> recipient + " has failed after " + sent + detail;
        };
    }

    public static String of(FailedLogin login) {
        return "login of " + Printable.of(login.user()) + " from " + login.host() + " failed"
                + (login.failures() == 1 ? "" : ", " + login.failures() + " times in a row from there");
    }

    /** Formats a fingerprint as {@code openssl x509 -fingerprint -sha256} does. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no SHA-256", e);
        }
    }
}
