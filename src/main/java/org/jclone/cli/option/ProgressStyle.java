package org.jclone.cli.option;

/** How progress is shown on standard error. */
public enum ProgressStyle {
    AUTO("auto"),
    BAR("bar"),
    LINES("lines"),
    NONE("none");

    private final String text;

    ProgressStyle(String text) {
        this.text = text;
    }

    /** Returns the value as typed. */
    @Override
    public String toString() {
        return text;
    }
}
