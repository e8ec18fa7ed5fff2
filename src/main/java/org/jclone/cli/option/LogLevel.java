package org.jclone.cli.option;

/** The least important log records that are shown. */
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

    /** As it is typed. */
    @Override
    public String toString() {
        return text;
    }
}
