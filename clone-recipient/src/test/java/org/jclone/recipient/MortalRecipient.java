package org.jclone.recipient;

import java.nio.file.Path;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
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
                .login(LoginSettings.of(
                        CloneRig.ACCOUNT.user(),
                        Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                .target(it -> it.withDirectory(Path.of(arguments[1])))
                .tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true))
                .transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false))
                .interruptions(it -> it.withResume(ResumeMode.valueOf(arguments[2])))
                .transfer(it -> it.withBandwidthLimits(new BandwidthLimits(Long.parseLong(arguments[3]), 0)))
                .build();
        new CloneRecipient(request, CloneListener.NONE).run();
    }
}
