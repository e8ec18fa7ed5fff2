package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.wire.FieldReader;

/**
 * How a clone and concurrent DDL on the donor interact: one u32, little-endian, in COM_INIT, COM_ATTACH and
 * COM_REINIT.
 *
 * <p>Bits 0 to 30 are seconds. Bit 31 set means <em>no</em> backup lock. Donors before 8.0.27 read all 32 bits as
 * seconds and always lock: {@code backupLock} must be true for them.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.3.
 *
 * @param timeoutSeconds how long the donor waits for its backup lock and while it opens tablespaces; with 0 a
 *     concurrent DDL statement may abort the clone
 * @param backupLock true to block DDL on the donor while the clone runs
 */
public record DdlSettings(long timeoutSeconds, boolean backupLock) {

    public static final long MAX_TIMEOUT_SECONDS = 0x7fff_ffffL;

    private static final long NO_BACKUP_LOCK = 0x8000_0000L;
    private static final Pattern OLD_SERIES = Pattern.compile("8\\.0\\.(\\d{1,4})");
    private static final int FIRST_PATCH_WITH_FLAG = 27;

    public DdlSettings {
        if (timeoutSeconds < 0 || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
            throw new IllegalArgumentException(
                    "DDL timeout: " + timeoutSeconds + " (expected: 0 to " + MAX_TIMEOUT_SECONDS + ')');
        }
    }

    /**
     * Returns the settings that a donor of this version understands.
     *
     * @param donorVersion as in the donor's greeting, such as {@code 8.0.22}
     * @param backupLock the requested setting; donors before 8.0.27 always lock
     */
    public static DdlSettings forDonor(String donorVersion, long timeoutSeconds, boolean backupLock) {
        Matcher old = OLD_SERIES.matcher(donorVersion);
        boolean alwaysLocks = old.lookingAt() && Integer.parseInt(old.group(1)) < FIRST_PATCH_WITH_FLAG;
        return new DdlSettings(timeoutSeconds, backupLock || alwaysLocks);
    }

    public void writeTo(ByteBuf out) {
        out.writeIntLE((int) (timeoutSeconds | (backupLock ? 0 : NO_BACKUP_LOCK)));
    }

    public static DdlSettings read(FieldReader fields) {
        long value = fields.u32("ddlTimeout");
        return new DdlSettings(value & MAX_TIMEOUT_SECONDS, (value & NO_BACKUP_LOCK) == 0);
    }
}
