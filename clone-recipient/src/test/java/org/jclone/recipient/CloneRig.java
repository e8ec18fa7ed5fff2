package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.auth.AuthPlugin;
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
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.storage.CloneFolder;

/**
 * A donor on loopback and one clone of it, into {@code target} in a folder of its own. Every clone must end within
 * {@link #PATIENCE}, and leave nothing in that folder except the target.
 */
public final class CloneRig implements AutoCloseable {

    /** Logs in with the plugin that needs neither TLS nor an RSA key. */
    public static final Account ACCOUNT = new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    public static final Duration PATIENCE = Duration.ofMinutes(5);

    /** On a busy machine a donor may need long for its greeting, and for the first RSA key of its process. */
    private static final Duration CONNECT_PATIENCE = Duration.ofMinutes(1);

    /** What the target directory holds until the clone is complete. */
    public static final String IN_PROGRESS = "#clone/#status_in_progress";

    private final Path parent;
    private final Path target;
    private final DonorServer donor;
    private final CopyOnWriteArrayList<CloneEvent> events = new CopyOnWriteArrayList<>();
    private CloneRequest.Builder request;
    private volatile CloneRecipient recipient;
    private Duration patience = PATIENCE;

    private CloneRig(Path parent, DonorConfig config) {
        this.parent = parent;
        this.target = parent.resolve("target");
        try {
            donor = DonorServer.start(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        request = CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(
                                ACCOUNT.user(), Password.of(ACCOUNT.password().toCharArray()))
                        .withConnectTimeout(CONNECT_PATIENCE))
                .target(it -> it.withDirectory(target))
                .tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true))
                .transfer(it -> it.withMaxConcurrency(1))
                .interruptions(it -> it.withReadTimeout(Duration.ofSeconds(10)));
    }

    public static CloneRig of(Path parent, DataSource data) {
        return of(parent, data, FaultScript.NONE);
    }

    public static CloneRig of(Path parent, DataSource data, FaultScript faults) {
        return of(parent, data, config -> config.faults(faults));
    }

    public static CloneRig of(Path parent, DataSource data, UnaryOperator<DonorConfig.Builder> settings) {
        DonorConfig.Builder config = DonorConfig.builder(data).account(ACCOUNT);
        return new CloneRig(parent, settings.apply(config).build());
    }

    /** Changes the request of the next clone. */
    public CloneRig with(UnaryOperator<CloneRequest.Builder> settings) {
        request = settings.apply(request);
        return this;
    }

    /** Lets the clone take longer than {@link #PATIENCE}. */
    public CloneRig patience(Duration value) {
        patience = value;
        return this;
    }

    public DonorServer donor() {
        return donor;
    }

    public Path target() {
        return target;
    }

    public CopyOnWriteArrayList<CloneEvent> events() {
        return events;
    }

    /** Runs a clone that must succeed. */
    public CloneResult run() {
        CloneResult result = assertTimeoutPreemptively(patience, this::cloneOnce);
        assertThat(target.resolve(IN_PROGRESS)).doesNotExist();
        assertNothingElse();
        return result;
    }

    /** Runs a clone that must fail with {@code code} and leave its data marked as unfinished. */
    public CloneException fail(CloneErrorCode code) {
        CloneException failure = failure();
        assertThat(failure.code()).as("%s", failure).isEqualTo(code);
        return failure;
    }

    /** Runs a clone that must fail with any code. */
    public CloneException failure() {
        Optional<CloneException> failure = outcome();
        assertThat(failure).as("the clone must fail").isPresent();
        return failure.get();
    }

    /** Runs a clone that may fail. What it leaves must match its outcome. */
    public Optional<CloneException> outcome() {
        Optional<CloneException> failure = assertTimeoutPreemptively(patience, this::tryOnce);
        failure.ifPresentOrElse(
                this::assertUnfinished,
                () -> assertThat(target.resolve(IN_PROGRESS)).doesNotExist());
        assertNothingElse();
        return failure;
    }

    /** Runs a clone that must be refused before it touches the target. */
    public CloneException refused() {
        Optional<CloneException> failure = assertTimeoutPreemptively(patience, this::tryOnce);
        assertThat(failure).isPresent();
        assertNothingElse();
        return failure.get();
    }

    private Optional<CloneException> tryOnce() {
        try {
            cloneOnce();
            return Optional.empty();
        } catch (CloneException e) {
            return Optional.of(e);
        }
    }

    private CloneResult cloneOnce() throws CloneException {
        recipient = new CloneRecipient(request.build(), new Recorder());
        return recipient.run();
    }

    /** Runs another clone of the same donor, which must fail. */
    public CloneException failInto(Path otherTarget) {
        request.target(it -> it.withDirectory(otherTarget))
                .login(it -> it.withPassword(Password.of(ACCOUNT.password().toCharArray())));
        CloneRequest other = request.build();
        return assertTimeoutPreemptively(
                PATIENCE,
                () -> catchThrowableOfType(
                        CloneException.class, () -> new CloneRecipient(other, CloneListener.NONE).run()));
    }

    /** Aborts the running clone. */
    public void abort() {
        recipient.abort("a test wants it");
    }

    /** Stops the clone so that it can be resumed. */
    public void suspend() {
        recipient.suspend("a test wants it");
    }

    /** Returns the warnings of the clone. */
    List<CloneEvent.Warning> warnings() {
        return events.stream()
                .filter(CloneEvent.Warning.class::isInstance)
                .map(CloneEvent.Warning.class::cast)
                .toList();
    }

    /** Prepares another clone into the same target. */
    CloneRig again(ResumeMode resume) {
        events.clear();
        return with(next -> next.interruptions(it -> it.withResume(resume))
                .login(it -> it.withPassword(Password.of(ACCOUNT.password().toCharArray()))));
    }

    /** Lets so much time pass for an unfinished clone that its donor has dropped the snapshot. */
    void letTheDonorGiveUp() throws IOException {
        Files.setLastModifiedTime(
                CloneFolder.in(target).journal(), FileTime.from(Instant.now().minus(Duration.ofMinutes(7))));
    }

    /** Waits until the donor serves this many clones. */
    public void awaitClones(int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (donor.clones() != count) {
            assertThat(System.nanoTime()).as("clones: %d", donor.clones()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * Checks that remaining data is marked as unfinished, and that without data nothing or an empty directory remains.
     */
    private void assertUnfinished(CloneException failure) {
        assertThat(failure.hint()).isNotBlank();
        if (Files.exists(target) && !entriesOf(target).isEmpty()) {
            assertThat(target.resolve(IN_PROGRESS)).exists();
        }
    }

    private void assertNothingElse() {
        assertThat(entriesOf(parent)).isSubsetOf("target", "outside");
    }

    static Set<String> entriesOf(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        donor.close();
    }

    private final class Recorder implements CloneListener {

        @Override
        public void onEvent(CloneEvent event) {
            events.add(event);
        }

        @Override
        public void onProgress(CloneProgress progress) {
            assertThat(progress).isNotNull();
        }
    }
}
