package org.jclone.tests.process;

/** How a program ended, and what it said. */
public record CommandResult(int exitStatus, String stdout, String stderr) {

    public boolean succeeded() {
        return exitStatus == 0;
    }
}
