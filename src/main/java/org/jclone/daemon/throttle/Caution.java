package org.jclone.daemon.throttle;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides after each look at the donor how fast the copy may be. When two looks in a row find the donor busy, the copy
 * slows down to the lowest limit. When the donor has been calm for a while, the limit rises: it doubles up to half the
 * rate at which the donor became busy, then grows in small steps, so that the donor does not become busy again at once.
 *
 * <pre>
 * FREE ──► BUSY ──► RISING ──► FREE
 *            ▲         │
 *            └─────────┘
 * </pre>
 */
final class Caution {

    static final Duration CALM = Duration.ofSeconds(5);
    static final Duration RISE = Duration.ofSeconds(1);

    private static final int LOOKS = 2;
    private static final int STEP = 8;

    /** More than any donor sends. */
    private static final long UNLIMITED_MIB = 4096;

    /**
     * A change of the limit.
     *
     * @param cap the limit of file contents in MiB per second; empty for none
     * @param text why, for an event; empty if the change is a small one
     */
    record Change(OptionalLong cap, Optional<String> text) {}

    private final long lowest;
    private OptionalLong cap = OptionalLong.empty();
    private long careful;
    private int busyLooks;
    private long calmSince;
    private long raisedAt;
    private boolean isBusy;

    Caution(DonorCare care) {
        this.lowest = care.busyMiBPerSecond();
    }

    /**
     * Takes the result of one look.
     *
     * @param reason why the donor is busy; empty if it is not
     * @param nanos the time of the look
     * @param rate of the copy now, in MiB per second
     * @param granted the limit of the copy without this one, in MiB per second; 0 for none
     * @return what changes; empty if nothing does
     */
    Optional<Change> look(Optional<String> reason, long nanos, long rate, long granted) {
        busyLooks = reason.isPresent() ? busyLooks + 1 : 0;
        if (reason.isPresent()) {
            calmSince = nanos;
        }
        if (busyLooks >= LOOKS) {
            return isBusy ? Optional.empty() : busy(reason.get(), rate);
        }
        if (cap.isEmpty() || nanos - calmSince < CALM.toNanos() || nanos - raisedAt < RISE.toNanos()) {
            return Optional.empty();
        }
        return rise(nanos, granted);
    }

    private Optional<Change> busy(String reason, long rate) {
        careful = Math.max(lowest, Math.min(rate, cap.orElse(Long.MAX_VALUE)) / 2);
        cap = OptionalLong.of(lowest);
        isBusy = true;
        return Optional.of(new Change(cap, Optional.of("the donor is busy: " + reason)));
    }

    private Optional<Change> rise(long nanos, long granted) {
        long before = cap.getAsLong();
        long next = before < careful ? Math.min(careful, before * 2) : before + Math.max(1, before / STEP);
        boolean first = isBusy;
        isBusy = false;
        raisedAt = nanos;
        if (next >= (granted == 0 ? UNLIMITED_MIB : Math.min(granted, UNLIMITED_MIB))) {
            cap = OptionalLong.empty();
            return Optional.of(new Change(cap, Optional.of("the donor is not busy any more")));
        }
        cap = OptionalLong.of(next);
        return Optional.of(new Change(
                cap,
                first
                        ? Optional.of("the donor has been calm for " + CALM.toSeconds() + " s, so the limit rises")
                        : Optional.empty()));
    }

    /** Forgets everything: the copy is over, or has another donor. */
    Optional<Change> reset() {
        boolean isHeld = cap.isPresent();
        cap = OptionalLong.empty();
        busyLooks = 0;
        isBusy = false;
        return isHeld ? Optional.of(new Change(cap, Optional.of("the donor is not asked any more"))) : Optional.empty();
    }
}
