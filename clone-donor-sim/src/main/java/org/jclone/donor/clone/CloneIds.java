package org.jclone.donor.clone;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Numbers clones and their snapshots from one counter, as a MySQL server does. Snapshot ids may be secret, because
 * every command for a clone names its snapshot, and counted ids are easy to guess. After a restart the same ids return.
 * Not thread-safe.
 */
final class CloneIds {

    private static final int SECRET_BYTES = 32;

    private final long firstId;
    private final boolean secretSnapshots;
    private final byte[] secret = new byte[SECRET_BYTES];
    private long lastId;

    CloneIds(long firstId, boolean secretSnapshots) {
        this.firstId = firstId;
        this.secretSnapshots = secretSnapshots;
        new SecureRandom().nextBytes(secret);
        restart();
    }

    void restart() {
        lastId = firstId - 1;
    }

    long nextClone() {
        return ++lastId;
    }

    long nextSnapshot() {
        lastId++;
        return secretSnapshots ? hashed(lastId) : lastId;
    }

    private long hashed(long id) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
            return ByteBuffer.wrap(digest.digest()).getLong() & Long.MAX_VALUE | 1;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no SHA-256", e);
        }
    }
}
