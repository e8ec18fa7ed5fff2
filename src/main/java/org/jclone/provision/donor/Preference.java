package org.jclone.provision.donor;

/** Which donor is better if both are suitable. */
public enum Preference {
    /** A replica or a secondary member: a clone does not slow down applications. */
    REPLICA,
    /** A source or a primary member: its data is the latest. */
    SOURCE,
    /** No preference. */
    ANY;

    boolean matches(Role role) {
        return switch (this) {
            case REPLICA -> role.isCopy();
            case SOURCE -> role.isWrittenTo();
            case ANY -> true;
        };
    }
}
