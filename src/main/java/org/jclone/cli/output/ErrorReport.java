package org.jclone.cli.output;

import java.util.Optional;
import org.jclone.json.JsonObject;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.donor.DonorsExhaustedException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.IncompatibleDonorException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Explanations;

/** A failure, as text and as JSON. */
public final class ErrorReport {

    private ErrorReport() {}

    /** Says what happened and what to do. For a bug in jclone, includes the stack trace. */
    public static String text(CloneException e) {
        if (e instanceof IncompatibleDonorException unfit) {
            return text(unfit);
        }
        if (e instanceof DonorsExhaustedException exhausted) {
            return text(exhausted, "");
        }
        if (e instanceof ProvisionException failed && failed.getCause() instanceof DonorsExhaustedException exhausted) {
            return text(exhausted, failed.step().displayName() + ": ");
        }
        StringBuilder text = new StringBuilder("jclone: ").append(Printable.of(String.valueOf(e.getMessage())));
        if (!e.hint().isEmpty()) {
            text.append("\n  ").append(e.hint());
        }
        explained(e).ifPresent(asked -> text.append("\n  More: jclone explain ").append(asked));
        if (e.code() == CloneErrorCode.INTERNAL) {
            text.append('\n').append(StackTrace.of(e));
        }
        return text.toString();
    }

    /** Returns the argument for {@code jclone explain}; empty if the user stopped the clone or mistyped an option. */
    private static Optional<String> explained(CloneException e) {
        return switch (e.code()) {
            case INTERNAL, USAGE, ABORTED -> Optional.empty();
            case TARGET_NOT_USABLE,
                    STORAGE,
                    DISK_FULL,
                    DAMAGED,
                    AFTER_CLONE,
                    PROVISIONING,
                    DAEMON,
                    FILE_NAME_CLASH,
                    CONNECT_FAILED,
                    ACCESS_DENIED,
                    TLS_FAILED,
                    PRIVILEGE_MISSING,
                    PLUGIN_MISSING,
                    DONOR_ERROR,
                    PROTOCOL,
                    INCOMPATIBLE,
                    ENCRYPTION_NEEDS_TLS,
                    KEYRING,
                    SNAPSHOT_GONE,
                    DONOR_BUSY,
                    CONNECTION_LOST ->
                Optional.of(
                        e instanceof DonorErrorException refused && Explanations.isKnown(refused.donorError())
                                ? Integer.toString(refused.donorError())
                                : e.code().name());
        };
    }

    /** Lists each donor's last error, one per line. */
    private static String text(DonorsExhaustedException e, String step) {
        StringBuilder text = new StringBuilder("jclone: ").append(step).append(e.summary());
        e.lastErrors()
                .forEach((donor, error) -> text.append("\n  ")
                        .append(Printable.of(donor.toString()))
                        .append("  ")
                        .append(error.code())
                        .append("  ")
                        .append(Printable.of(String.valueOf(error.getMessage())))
                        .append(error.hint().isEmpty() ? "" : "\n      " + error.hint()));
        return text.append("\n  ").append(e.hint()).toString();
    }

    /** Lists all mismatches, one per line. */
    private static String text(IncompatibleDonorException e) {
        StringBuilder text = new StringBuilder("jclone: donor and target are incompatible");
        for (Mismatch mismatch : e.compatibility().mismatches()) {
            String severity = mismatch.severity() == Mismatch.Severity.FATAL ? "fatal     " : "harmless  ";
            text.append("\n  ").append(severity).append(Printable.of(mismatch.toString()));
            text.append("\n            ").append(Printable.of(mismatch.advice()));
        }
        return text.append("\n  Nothing was copied. --force-incompatible clones anyway.")
                .toString();
    }

    /** The last object of a failed run with {@code --output=json}. */
    public static JsonObject json(CloneException e) {
        JsonObject object = new JsonObject()
                .put("type", "error")
                .put("code", e.code().name())
                .put("exitStatus", e.code().exitStatus())
                .put("message", String.valueOf(e.getMessage()))
                .put("hint", e.hint());
        addDetails(object, e instanceof ProvisionException && e.getCause() != null ? e.getCause() : e);
        return object;
    }

    private static void addDetails(JsonObject object, Throwable e) {
        if (e instanceof DonorErrorException refused) {
            object.put("donorError", refused.donorError())
                    .put("sqlState", refused.sqlState())
                    .put("donorText", refused.donorText());
        }
        if (e instanceof DonorsExhaustedException exhausted) {
            object.put(
                    "donors",
                    exhausted.lastErrors().entrySet().stream()
                            .map(each -> new JsonObject()
                                    .put("donor", each.getKey().toString())
                                    .put("code", each.getValue().code().name())
                                    .put(
                                            "message",
                                            String.valueOf(each.getValue().getMessage()))
                                    .put("hint", each.getValue().hint()))
                            .toList());
        }
        if (e instanceof IncompatibleDonorException unfit) {
            object.put("mismatches", CompatibilityJson.mismatches(unfit.compatibility()))
                    .putStrings("notChecked", unfit.compatibility().notChecked());
        }
        if (e instanceof StorageException failed && failed.path() != null) {
            object.put("path", failed.path().toString()).put("offset", failed.offset());
        }
    }
}
