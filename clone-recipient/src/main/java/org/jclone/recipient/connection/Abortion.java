package org.jclone.recipient.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** A request to stop the clone, which ends every wait at once. Thread-safe. */
public final class Abortion {

    /** Lets time pass until a wish is there. */
    @FunctionalInterface
    public interface Pause {

        /** Returns when the wish is there, or throws when the time is over. */
        void await(Future<Void> wish, long millis) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private final ErrorTranslator errors;
    private final Pause pause;
    private final CompletableFuture<Void> wish = new CompletableFuture<>();

    public Abortion(ErrorTranslator errors) {
        this(errors, (wish, millis) -> wish.get(millis, TimeUnit.MILLISECONDS));
    }

    /** @param pause how {@link #sleep} sleeps */
    public Abortion(ErrorTranslator errors, Pause pause) {
        this.errors = errors;
        this.pause = pause;
    }

    /** Requests the stop. The first request counts. */
    public void demand(CloneException reason) {
        wish.completeExceptionally(reason);
    }

    /** Calls {@code onDemand} with the reason when a stop is requested, or at once if it was. */
    public void whenDemanded(Consumer<Throwable> onDemand) {
        wish.whenComplete((never, reason) -> onDemand.accept(reason));
    }

    /** @throws CloneException the reason, if a stop was requested */
    public void check() throws CloneException {
        if (wish.isCompletedExceptionally()) {
            await(wish, "");
        }
    }

    /** Waits for an answer that has a timeout of its own. */
    public <T> T await(CompletableFuture<T> answer, String doing) throws CloneException {
        try {
            CompletableFuture.anyOf(answer, wish).get();
            return answer.get();
        } catch (ExecutionException e) {
            throw errors.translate(e, doing);
        } catch (InterruptedException e) {
            throw interrupted(e, doing);
        }
    }

    /** Sleeps until a stop is requested. */
    public void sleep(long millis, String doing) throws CloneException {
        try {
            pause.await(wish, millis);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw errors.translate(e, doing);
        } catch (InterruptedException e) {
            throw interrupted(e, doing);
        }
    }

    /**
     * Translates the interrupt of a wait. The thread stays interrupted.
     *
     * @param where such as {@code while connecting} or {@code in FILE COPY}
     */
    public static CloneException interrupted(InterruptedException e, String where) {
        Thread.currentThread().interrupt();
        return Failure.Aborted.INTERRUPTED.exception("interrupted " + where, e);
    }
}
