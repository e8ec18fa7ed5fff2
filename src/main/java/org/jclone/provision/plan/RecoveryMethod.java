package org.jclone.provision.plan;

/** Which way the operator wants. */
public enum RecoveryMethod {
    /** From the binary log if that is possible and below the threshold, by a clone otherwise. */
    AUTO,
    /** Clones. */
    CLONE,
    /** From the binary log, or not at all. */
    INCREMENTAL
}
