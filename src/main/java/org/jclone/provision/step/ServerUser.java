package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.mysqld.ReadOptions;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.StorageErrors;

/** The user that the target's server runs as, and that owns its data. */
final class ServerUser {

    private static final String ROOT = "root";

    private final Run run;

    ServerUser(Run run) {
        this.run = run;
    }

    /** Whether this process may give files to others. */
    static boolean isRoot() {
        return System.getProperty("user.name").equals(ROOT);
    }

    /** Returns the user that the option files name: {@code mysqld} has no variable for it. */
    static Optional<String> configured(MysqldSettings mysqld) throws CloneException {
        return ReadOptions.of(mysqld, Optional.empty()).all().stream()
                .flatMap(option -> option.valueOf("user").stream())
                .reduce((earlier, last) -> last);
    }

    /** Finds before the copy what would prevent the server from running as its user on its data. */
    void check() throws CloneException {
        Optional<String> given = run.request().mysqld().user();
        if (!isRoot()) {
            if (given.filter(user -> !user.equals(System.getProperty("user.name")))
                    .isPresent()) {
                throw problem("--mysqld-user=" + given.get() + " needs root: only root can give files to another user");
            }
            return;
        }
        Optional<String> user = run.mysqld().user();
        if (user.isEmpty()) {
            throw problem("mysqld refuses to run as root: give --mysqld-user, such as --mysqld-user=mysql");
        }
        requireSameOwner(user.get(), principal(user.get()));
    }

    private static UserPrincipal principal(String user) throws CloneException {
        try {
            return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user);
        } catch (IOException e) {
            throw Failure.Provisioning.PREPARE.exception(
                    "there is no user " + user + ", which the server would run as", e);
        }
    }

    /** The data directory itself is given away, so another owner's old data could not be put back. */
    private void requireSameOwner(String user, UserPrincipal principal) throws CloneException {
        Path data = run.directory().resolve("mysql.ibd");
        if (!Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            UserPrincipal owner = Files.getOwner(data, LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(principal)) {
                throw problem("the data in " + run.directory() + " belongs to " + owner.getName()
                        + ", and the new server would run as " + user + ": give --mysqld-user=" + owner.getName());
            }
        } catch (IOException e) {
            throw StorageErrors.of("read the owner of", data, -1, e);
        }
    }

    private static CloneException problem(String text) {
        return Failure.Provisioning.PREPARE.exception(text);
    }
}
