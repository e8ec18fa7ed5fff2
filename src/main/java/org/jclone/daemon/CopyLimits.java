package org.jclone.daemon;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.throttle.DonorWatcher;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.DonorAddress;

/**
 * The bandwidth limits of a run's copy: those that the configuration or an operator grants, and below them the cap of
 * the {@link DonorWatcher} while the donor is busy.
 *
 * <p>Locks: this guards the fields, and each change reaches the engine under it, so that the engine never keeps an
 * older limit. Neither the watcher nor the publisher is called under it: the watcher has a lock of its own, and the
 * publisher takes that of the run, which calls this class under its lock.
 */
final class CopyLimits implements DonorWatcher.Copy {

    private final Consumer<EventText> publisher;

    private BandwidthLimits granted = BandwidthLimits.NONE;
    private OptionalLong cap = OptionalLong.empty();
    private Optional<Consumer<BandwidthLimits>> engine = Optional.empty();
    private Optional<DonorWatcher> watcher = Optional.empty();
    private Optional<CloneProgress> progress = Optional.empty();

    /** @param publisher takes the events, on the thread of the watcher */
    CopyLimits(Consumer<EventText> publisher) {
        this.publisher = publisher;
    }

    /** Sets the limits without regard to the donor's health. */
    synchronized void grant(BandwidthLimits limits) {
        granted = limits;
        apply();
    }

    /** Whether these are the limits without regard to the donor's health. */
    synchronized boolean isGranted(BandwidthLimits limits) {
        return granted.equals(limits);
    }

    /** Returns the limits in effect. */
    synchronized BandwidthLimits inEffect() {
        long data = granted.dataMiBPerSecond();
        return cap.isPresent() && (data == 0 || cap.getAsLong() < data)
                ? new BandwidthLimits(cap.getAsLong(), granted.networkMiBPerSecond())
                : granted;
    }

    /** Sets what copies from now on. It gets the limits in effect at once, and each change of them. */
    synchronized void setEngine(Optional<Consumer<BandwidthLimits>> next) {
        engine = next;
        apply();
    }

    private void apply() {
        engine.ifPresent(running -> running.accept(inEffect()));
    }

    /** Sets what watches the donor from now on. The cap of the watcher before no longer holds. */
    synchronized void setWatcher(Optional<DonorWatcher> next) {
        watcher = next;
        cap = OptionalLong.empty();
    }

    /** Passes the donor of the copy to the watcher; empty while nothing is copied. */
    void watch(Optional<DonorAddress> donor) {
        Optional<DonorWatcher> now;
        synchronized (this) {
            now = watcher;
        }
        now.ifPresent(each -> each.watch(donor));
    }

    /** Records how far the copy is. */
    synchronized void progressed(CloneProgress now) {
        progress = Optional.of(now);
    }

    @Override
    public synchronized long rate() {
        return progress.map(now -> now.dataBytesPerSecond() >> 20).orElse(0L);
    }

    @Override
    public synchronized long granted() {
        return granted.dataMiBPerSecond();
    }

    /** The donor counts each connection of the copy, and the one that carries the commands. */
    @Override
    public synchronized long statements() {
        return progress.map(CloneProgress::connections).orElse(0) + 1L;
    }

    @Override
    public void limit(OptionalLong next, Optional<String> reason) {
        BandwidthLimits now;
        synchronized (this) {
            cap = next;
            now = inEffect();
            apply();
        }
        reason.ifPresent(why -> publisher.accept(Throttling.event(now, why)));
    }

    @Override
    public void note(String text) {
        publisher.accept(EventText.of(RunEvent.Kind.NOTE, text));
    }
}
