package org.jclone.provision.donor;

/** Where to look for donors other than the given ones. */
public enum DonorsFrom {
    /** The members of the replication group of a known donor. */
    GROUP,
    /** The replicas of a known donor, and its source. */
    REPLICAS,
    /** Both. */
    BOTH;

    boolean group() {
        return this != REPLICAS;
    }

    boolean replicas() {
        return this != GROUP;
    }
}
