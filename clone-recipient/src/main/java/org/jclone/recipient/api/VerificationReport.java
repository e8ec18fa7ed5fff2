package org.jclone.recipient.api;

import java.util.List;

/**
 * The result of checking a data directory.
 *
 * @param files checked
 * @param pages checked
 * @param unopenedPages encrypted pages that could not be decrypted without a key; only their numbers and space ids were
 * checked
 * @param bytes read
 * @param manifest result of the comparison with the manifest
 * @param damages the first of them, one line each
 * @param damageCount all of them
 */
public record VerificationReport(
        int files,
        long pages,
        long unopenedPages,
        long bytes,
        Comparison manifest,
        List<String> damages,
        long damageCount) {

    public VerificationReport {
        damages = List.copyOf(damages);
    }

    /** Whether the directory was compared with the clone's manifest. */
    public enum Comparison {
        /** All files were compared. */
        COMPARED,
        /** The directory has no manifest. */
        NO_MANIFEST,
        /** A server has been started there since, so the content has changed. */
        SERVER_WAS_STARTED
    }
}
