package org.jclone.cli.option;

import org.jclone.recipient.api.VerifyMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Verification of the received data. */
@Command(optionListHeading = "Verification")
public final class VerifyOptions {

    @Option(
            names = "--verify",
            paramLabel = "STRICT|WARN|OFF",
            description =
                    "Check every page and the redo log, and leave a manifest. If something is damaged, STRICT fails"
                            + " and WARN continues with a warning.")
    private VerifyMode verify = VerifyMode.STRICT;

    public VerifyMode mode() {
        return verify;
    }
}
