package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is done before a clone, and after one that is whole. */
@Command(optionListHeading = "Before and after")
public final class AroundOptions {

    @Option(
            names = "--dry-run",
            description = "Look at donor and target as jclone check does, with the options of this clone, and do"
                    + " nothing else.")
    private boolean dryRun;

    @Option(
            names = "--check",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "Look at the donor first, over a connection of its own, and stop if the clone would fail. Warnings"
                            + " of jclone check are not shown. Not done for a clone that is resumed.")
    private Switch check = Switch.ON;

    @Option(
            names = "--parents",
            description =
                    "Make the directories above --dir that are missing. A clone that leaves nothing removes them.")
    private boolean parents;

    @Option(
            names = "--owner",
            paramLabel = "USER[:GROUP]",
            description = "Give all files of a clone that is whole, the keyring file and --config-file to this user, as"
                    + " chown does; the group is the one of that name, if there is one. Needs root.")
    private String owner;

    @Option(
            names = "--run-after",
            paramLabel = "COMMAND",
            description = "Run this command with /bin/sh after a clone that is whole, with JCLONE_DIR, JCLONE_DONOR,"
                    + " JCLONE_DONOR_VERSION and JCLONE_CONFIG_FILE in its environment. What it prints goes to"
                    + " standard error. If it fails the exit status is 15, and the clone stays.")
    private String command;

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = "Where to write the process's number; removed at the end.")
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
