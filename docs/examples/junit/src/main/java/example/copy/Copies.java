package example.copy;

import java.nio.file.Path;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetSettings;

/** Copies a server, and tries a second time if the donor was busy. This is the code under test. */
public final class Copies {

    private final DonorAddress donor;
    private final String user;
    private final String password;

    /** Makes copies of one donor. */
    public Copies(DonorAddress donor, String user, String password) {
        this.donor = donor;
        this.user = user;
        this.password = password;
    }

    /** Copies the donor into a directory on which a {@code mysqld} can then be started. */
    public CloneResult copy(Path directory) throws CloneException {
        try {
            return attempt(directory);
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.DONOR_BUSY) {
                throw e;
            }
            return attempt(directory);
        }
    }

    private CloneResult attempt(Path directory) throws CloneException {
        CloneRequest request = CloneRequest.builder()
                .donor(donor)
                .login(LoginSettings.of(user, Password.of(password.toCharArray())))
                .interruptions(it -> it.withResume(ResumeMode.AUTO))
                .target(TargetSettings.of(directory))
                .build();
        return new CloneRecipient(request, CloneListener.NONE).run();
    }
}
