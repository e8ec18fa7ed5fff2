package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Steps before a clone, and after a complete one. */
@Command(optionListHeading = "Before and after")
public final class AroundOptions {

    @Option(
            names = "--dry-run",
            description = "Check donor and target as jclone check does, with the options of this clone, and do nothing"
                    + " else.")
    private boolean dryRun;

    @Option(
            names = "--check",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Check the donor first, over a connection of its own, and stop if the clone would fail."
                    + " Warnings of jclone check are not shown. A clone that is resumed is not checked.")
    private Switch check = Switch.ON;

    @Option(
            names = "--parents",
            description = "Create missing directories above --dir. A clone that leaves nothing behind removes them.")
    private boolean parents;

    @Option(
            names = "--owner",
            paramLabel = "USER[:GROUP]",
            description = "Make this user the owner of a complete clone, of the keyring file and of --config-file, as"
                    + " chown does; the default group is the group with the user's name, if there is one. Needs root.")
    private String owner;

    @Option(
            names = "--run-after",
            paramLabel = "COMMAND",
            description = "Run this command with /bin/sh after a complete clone, with JCLONE_DIR, JCLONE_DONOR,"
                    + " JCLONE_DONOR_VERSION and JCLONE_CONFIG_FILE in its environment. Its output goes to standard"
                    + " error. If it fails the exit status is 15, and the clone stays.")
    private String command;

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = "Write the process ID to this file, and remove the file at the end.")
    private Path pidFile;

    public boolean isDryRun() {
        return dryRun;
    }

    public boolean isCheckedFirst() {
        return check.isOn();
    }

    public boolean makesParents() {
        return parents;
    }

    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    public Optional<String> command() {
        return Optional.ofNullable(command).filter(text -> !text.isBlank());
    }

    public Optional<Path> pidFile() {
        return Optional.ofNullable(pidFile);
    }
}
