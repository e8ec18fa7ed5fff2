package org.jclone.provision.plan;

import java.time.Duration;

/**
 * How long a source keeps its binary logs.
 *
 * @param expireSeconds {@code binlog_expire_logs_seconds}; 0 for ever
 * @param autoPurge {@code binlog_expire_logs_auto_purge}; without it the server purges nothing by itself
 */
public record Retention(long expireSeconds, boolean autoPurge) {

    /** {@return whether the source never purges by itself} */
    public boolean isUnlimited() {
        return expireSeconds == 0 || !autoPurge;
    }

    /** {@return the time after which a binary log is purged} */
    public Duration time() {
        return Duration.ofSeconds(expireSeconds);
    }

    @Override
    public String toString() {
        return "binlog_expire_logs_seconds=" + expireSeconds + (autoPurge ? "" : ", binlog_expire_logs_auto_purge=OFF");
    }
}
