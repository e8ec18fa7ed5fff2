package org.jclone.tests.server;

/** {@code innodb_page_size} of a server. */
public enum PageSize {
    KIB_4("4k"),
    KIB_16("16k"),
    KIB_64("64k");

    private final String option;

    PageSize(String option) {
        this.option = option;
    }

    /** Returns the value for the server's option. */
    public String option() {
        return option;
    }
}
