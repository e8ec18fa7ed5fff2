package org.jclone.cli.option;

/** What standard output carries. */
public enum OutputFormat {
    TEXT("text"),
    JSON("json");

    private final String text;

    OutputFormat(String text) {
        this.text = text;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return text;
    }
}
