package org.jclone.cli.option;

/** The format of standard output. */
public enum OutputFormat {
    TEXT("text"),
    JSON("json");

    private final String text;

    OutputFormat(String text) {
        this.text = text;
    }

    /** Returns the value as typed. */
    @Override
    public String toString() {
        return text;
    }
}
