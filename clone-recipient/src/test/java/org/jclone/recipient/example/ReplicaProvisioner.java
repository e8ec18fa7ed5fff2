package org.jclone.recipient.example;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clones a donor, and tries again where that can help. The example of docs/library.md. */
public final class ReplicaProvisioner {

    private static final Logger LOGGER = LoggerFactory.getLogger(ReplicaProvisioner.class);

    private static final int MAX_ATTEMPTS = 5;

    private final DonorAddress donor;
    private final Supplier<char[]> password;
    private final Duration pause;
    private CloneRecipient running;
    private boolean stopped;

    public ReplicaProvisioner(DonorAddress donor, Supplier<char[]> password, Duration pause) {
        this.donor = donor;
        this.password = password;
        this.pause = pause;
    }

    /** Returns when a {@code mysqld} can be started on {@code directory}. */
    public CloneResult provision(Path directory) throws CloneException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return begin(directory).run();
            } catch (CloneException e) {
                if (attempt == MAX_ATTEMPTS || !isTemporary(e.code())) {
                    throw e;
                }
                LOGGER.warn("{}. {} Trying again in {}.", e.getMessage(), e.hint(), pause);
                Thread.sleep(pause.toMillis());
            }
        }
    }

    /** Stops the clone. The donor keeps its snapshot for a while, and the next {@link #provision} resumes. Any thread may call this. */
    public synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.suspend("the service stops");
        }
    }

    private synchronized CloneRecipient begin(Path directory) {
        Password secret = Password.of(password.get()); // the clone wipes it at its end, so each attempt has its own
        CloneRequest request = CloneRequest.builder()
                .donor(donor)
                .login(LoginSettings.of("cloner", secret))
                .target(TargetSettings.of(directory))
                .interruptions(it -> it.withResume(ResumeMode.AUTO))
                .build();
        running = new CloneRecipient(request, new ProgressLog());
        if (stopped) {
            running.suspend("the service stops");
        }
        return running;
    }

    private static boolean isTemporary(CloneErrorCode code) {
        return code == CloneErrorCode.DONOR_BUSY || code == CloneErrorCode.CONNECTION_LOST;
    }

    private static final class ProgressLog implements CloneListener {

        @Override
        public void onEvent(CloneEvent event) {
            LOGGER.info("{}", event);
        }

        @Override
        public void onProgress(CloneProgress progress) {
            progress.current()
                    .map(progress::stage)
                    .ifPresent(stage -> LOGGER.debug(
                            "{}: {} of about {} bytes", stage.stage(), stage.dataBytes(), stage.estimatedBytes()));
        }
    }
}
