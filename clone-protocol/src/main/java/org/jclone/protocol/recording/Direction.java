package org.jclone.protocol.recording;

/** Who sent it. */
public enum Direction {
    FROM_DONOR("<"),
    FROM_RECIPIENT(">");

    private final String sign;

    Direction(String sign) {
        this.sign = sign;
    }

    /** The arrow as seen from the recipient. */
    public String sign() {
        return sign;
    }
}
