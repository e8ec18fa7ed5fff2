package org.jclone.recipient.session;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Throttle;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.target.TargetContext;

/** The context of a clone whose time stands still: it passes while the clone sleeps, and when the test says so. */
final class TestContext {

    static final DonorAddress DONOR = new DonorAddress("db1", 3306);
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    final CloneContext context;
    private final List<CloneEvent> events = new CopyOnWriteArrayList<>();
    private final List<Duration> sleeps = new ArrayList<>();
    private volatile Duration passed = Duration.ZERO;

    /** Is called before the time is read. A test that has nothing else to hook into can do what connections do. */
    Runnable onReading = () -> {};

    TestContext(Path directory) {
        this(directory, request -> request);
    }

    /** @param details what the request says besides donor and directory */
    TestContext(Path directory, UnaryOperator<CloneRequest.Builder> details) {
        this(directory, details, 1);
    }

    /** @param cores how many CPUs the recipient has */
    TestContext(Path directory, UnaryOperator<CloneRequest.Builder> details, int cores) {
        CloneRequest request = details.apply(CloneRequest.builder()
                        .donor(DONOR)
                        .login(LoginSettings.of("clone_user", Password.empty()))
                        .target(target -> target.withDirectory(directory)))
                .build();
        LongSupplier nanoClock = () -> {
            onReading.run();
            return passed.toNanos();
        };
        InstantSource instants = this::now;
        Clock clock = instants.withZone(ZoneOffset.UTC);
        ErrorTranslator errors = new ErrorTranslator(DONOR);
        ProgressTracker progress = new ProgressTracker(clock, nanoClock);
        CloneListener listener = new CloneListener() {
            @Override
            public void onEvent(CloneEvent event) {
                events.add(event);
            }

            @Override
            public void onProgress(CloneProgress value) {}
        };
        Abortion abortion = new Abortion(errors, (wish, millis) -> {
            if (wish.isDone()) {
                wish.get();
            }
            sleeps.add(Duration.ofMillis(millis));
            pass(Duration.ofMillis(millis));
            throw new TimeoutException();
        });
        context = new CloneContext(
                request,
                Optional.empty(),
                errors,
                abortion,
                progress,
                new Throttle(BandwidthLimits.NONE, progress, nanoClock),
                new EventPublisher(listener, progress::snapshot),
                clock,
                nanoClock,
                new Machine(cores, () -> Machine.CpuTime.UNKNOWN));
    }

    /** What the target of this clone knows of it. */
    TargetContext target() {
        return new TargetContext(
                context.request(),
                context.progress(),
                context.clock(),
                context.nanoClock(),
                context.publisher()::event,
                context.abortion()::demand);
    }

    Instant now() {
        return BEGIN.plus(passed);
    }

    void pass(Duration time) {
        passed = passed.plus(time);
    }

    /** How long the clone slept each time, without the zeros. */
    List<Duration> sleeps() {
        return sleeps.stream().filter(sleep -> !sleep.isZero()).toList();
    }

    /** All events. None can follow. */
    List<CloneEvent> events() {
        context.publisher().close();
        return events;
    }

    /** All events of a kind. None can follow. */
    <E extends CloneEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
