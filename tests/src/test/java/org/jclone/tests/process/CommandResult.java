package org.jclone.tests.process;

/** The exit status and the output of a program. */
public record CommandResult(int exitStatus, String stdout, String stderr) {

    public boolean succeeded() {
        return exitStatus == 0;
    }
}
