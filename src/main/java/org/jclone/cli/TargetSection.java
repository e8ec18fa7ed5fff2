package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.jclone.cli.option.DonorCareOptions;
import org.jclone.cli.option.UpkeepOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.daemon.TargetRequests;
import org.jclone.daemon.Upkeep;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One target of the daemon: the options of {@code jclone provision}, read from groups of its file. */
@Command(name = "target")
final class TargetSection extends ProvisionCommand implements TargetRequests {

    /** Options that only make sense on a command line, or that would put a secret into the file. */
    static final Set<String> EXCLUDED = Set.of(
            "--password",
            "--password-fd",
            "--replication-password-fd",
            "--dry-run",
            "--resume",
            "--rollback",
            "--output",
            "--progress",
            "--log-level",
            "--log-file",
            "--verbose");

    private final PasswordSource passwords;

    @Mixin
    private UpkeepOptions upkeep;

    @Mixin
    private DonorCareOptions care;

    /** @param context without a terminal, and without a password in the environment */
    TargetSection(ProgramContext context) {
        super(context);
        passwords = new PasswordSource(context, warning -> {});
    }

    Optional<String> from() {
        return upkeep.from();
    }

    DonorCare care() {
        return care.care();
    }

    Upkeep upkeep(boolean isReplaced) throws UsageException {
        return upkeep.upkeep(isReplaced);
    }

    /** Reads the secrets, and wipes them. */
    void checkSecrets() throws CloneException {
        request(event -> {}).wipe();
    }

    @Override
    public ProvisionRequest request(DonorListener donors) throws CloneException {
        requireSecretsPrivate();
        try {
            return request(passwords, donors);
        } catch (UsageException e) {
            throw Failure.Daemon.CONFIGURATION.exception(e.getMessage(), e);
        }
    }

    @Override
    public DonorTable donors() throws CloneException {
        requireSecretsPrivate();
        try {
            return donors(passwords);
        } catch (UsageException e) {
            throw Failure.Daemon.CONFIGURATION.exception(e.getMessage(), e);
        }
    }

    private void requireSecretsPrivate() throws CloneException {
        for (Path file : secrets()) {
            if (isOpen(file)) {
                throw Failure.Daemon.SECRET.exception("every user of this machine can read " + file);
            }
        }
    }

    private static boolean isOpen(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // reading the file reports what is wrong
        }
    }
}
