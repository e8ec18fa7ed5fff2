package org.jclone.cli.option;

/** The least severe log records that are shown. */
public enum LogLevel {
    ERROR("error"),
    WARN("warn"),
    INFO("info"),
    DEBUG("debug"),
    TRACE("trace");

    private final String text;

    LogLevel(String text) {
        this.text = text;
    }

    /** Returns the value as typed. */
    @Override
    public String toString() {
        return text;
    }
}
