package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.Servers;

/** Common operations of tests that use the library. */
final class Clones {

    private Clones() {}

    /** A request for all of {@code donor}, with its usual account and the defaults. */
    static CloneRequest.Builder request(MySqlServer donor, Path directory) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(MySqlServer.CLONE_USER, Password.of(MySqlServer.CLONE_PASSWORD.toCharArray())))
                .target(it -> it.withDirectory(directory));
    }

    static CloneResult run(CloneRequest.Builder request) throws CloneException {
        return new CloneRecipient(request.build(), CloneListener.NONE).run();
    }

    /**
     * Asserts that another clone begins at once: the donor keeps nothing of the previous clone. Stops that clone when
     * the donor has made its snapshot.
     */
    static void assertFree(MySqlServer donor, Servers servers) throws CloneException {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        AtomicBoolean begun = new AtomicBoolean();
        CloneListener listener = new CloneListener() {
            @Override
            public void onEvent(CloneEvent event) {
                if (event instanceof CloneEvent.SnapshotOpened) {
                    begun.set(true);
                    recipient.get().abort("the donor is free");
                }
            }
        };
        recipient.set(new CloneRecipient(request(donor, servers.newPath("free")).build(), listener));
        try {
            recipient.get().run();
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.ABORTED) {
                throw e;
            }
        }
        assertThat(begun).isTrue();
    }

    /** Asserts that another clone begins once the donor notices that the first connections are closed. */
    static void assertFreeSoon(MySqlServer donor, Servers servers) throws CloneException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                assertFree(donor, servers);
                return;
            } catch (CloneException e) {
                if (e.code() != CloneErrorCode.DONOR_BUSY || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /**
     * Begins a clone, stops it after the first login, and returns that connection. If the donor is still busy with the
     * previous such clone, the login has succeeded, too.
     */
    static CloneEvent.Connected logIn(CloneRequest.Builder request) {
        AtomicReference<CloneRecipient> recipient = new AtomicReference<>();
        AtomicReference<CloneEvent.Connected> connected = new AtomicReference<>();
        CloneListener listener = new CloneListener() {
            @Override
            public void onEvent(CloneEvent event) {
                if (event instanceof CloneEvent.Connected first) {
                    connected.set(first);
                    recipient.get().abort("logged in");
                }
            }
        };
        recipient.set(new CloneRecipient(request.build(), listener));
        CloneException end = catchThrowableOfType(CloneException.class, recipient.get()::run);
        assertThat(end.code()).as(end.getMessage()).isIn(CloneErrorCode.ABORTED, CloneErrorCode.DONOR_BUSY);
        assertThat(connected).doesNotHaveNullValue();
        return connected.get();
    }

    /** Asserts that {@code mysqld} refuses the directory: it is missing, or marked as unfinished. */
    static void assertNotUsable(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.anyMatch(entry -> !entry.endsWith(".jclone-lock"))) {
                assertThat(directory.resolve("#clone/#status_in_progress")).exists();
            }
        }
    }
}
