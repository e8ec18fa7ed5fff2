package org.jclone.protocol.recording;

/** The direction of a message. */
public enum Direction {
    FROM_DONOR("<"),
    FROM_RECIPIENT(">");

    private final String sign;

    Direction(String sign) {
        this.sign = sign;
    }

    /** Returns the arrow as seen from the recipient. */
    public String sign() {
        return sign;
    }
}
