package org.jclone.recipient;

import java.nio.file.Path;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.SslMode;

/**
 * A separate process that clones, so that a test can kill it. Arguments: port, directory, {@link ResumeMode}, MiB per
 * second.
 */
final class MortalRecipient {

    private MortalRecipient() {}

    public static void main(String[] arguments) throws CloneException {
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", Integer.parseInt(arguments[0])))
                .user(CloneRig.ACCOUNT.user())
                .password(Password.of(CloneRig.ACCOUNT.password().toCharArray()))
                .directory(Path.of(arguments[1]))
                .sslMode(SslMode.DISABLED)
                .getServerPublicKey(true)
                .maxConcurrency(2)
                .autotuneConcurrency(false)
                .resume(ResumeMode.valueOf(arguments[2]))
                .bandwidthLimits(new BandwidthLimits(Long.parseLong(arguments[3]), 0))
                .build();
        new CloneRecipient(request, CloneListener.NONE).run();
    }
}
