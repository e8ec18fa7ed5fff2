package org.jclone.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.HeldJclone;
import org.jclone.tests.process.ProcessMemory;
import org.jclone.tests.process.ProcessMemory.Found;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * However a clone of encrypted data ends, its process has no key in its memory afterwards. The only exception is what
 * the JDK's cipher leaves on the heap after pages were decrypted and checked; no reachable object contains it.
 */
@RealServer
class ProcessMemoryIT {

    private static final String MASTER_KEY = "master key";

    private final Servers servers;
    private final MySqlServer donor;
    private final Map<String, TablespaceKey> keys;

    ProcessMemoryIT(Servers servers) throws Exception {
        Requirement.require(Files.isReadable(Path.of("/proc/self/mem")), "there is no /proc/PID/mem here");
        this.servers = servers;
        donor = servers.encryptedDonor();
        keys = EncryptedFiles.keys(donor.dataDirectory(), donor.keyring(), EncryptedClones.PAGE_SIZE);
    }

    /** Directory and keyring of a clone. */
    private record Place(Path directory, Path keyring) {}

    /** An action on a clone whose memory holds keys. */
    private interface Interruption {
        void make(RunningCommand clone, FaultyProxy proxy);
    }

    @Test
    void hasNoKeyAfterSuccess() throws Exception {
        Place place = place();
        try (RunningCommand held = start(place, donor.port(), "--verify=off")) {
            awaitEnd(held, "Cloned ");
            assertThat(search(held, place)).isEmpty();
        }
    }

    @Test
    void hasNoKeyAfterAFailure() throws Exception {
        interrupted("was lost", (clone, proxy) -> proxy.close());
    }

    @Test
    void hasNoKeyAfterASignal() throws Exception {
        interrupted("stopped: SIGTERM", (clone, proxy) -> clone.signals("TERM", "TERM"));
    }

    /** Pages are decrypted at the end, each with the key of its tablespace. */
    @Test
    void hasNoReachableKeyAfterPagesWereChecked() throws Exception {
        Place place = place();
        try (RunningCommand held = start(place, donor.port())) {
            awaitEnd(held, "Cloned ");
            List<Found> found = search(held, place);
            System.out.println("memory after pages were checked: keys or halves at " + found.size() + " places");
            assertThat(found).noneMatch(each -> each.name().startsWith(MASTER_KEY));
            assertThat(found).allMatch(each -> each.place().equals(ProcessMemory.JAVA_HEAP) || !each.whole());

            Path dump = servers.newPath("heap");
            CommandResult dumped = HeldJclone.dumpHeap(held, dump);
            assertThat(dumped.succeeded()).as(dumped.stdout() + dumped.stderr()).isTrue();
            assertThat(EncryptedFiles.containing(dump, EncryptedFiles.secrets(keys.values())))
                    .isEmpty();
        }
    }

    /** Interrupts a clone in PAGE COPY, in which keys arrive. */
    private void interrupted(String word, Interruption interruption) throws Exception {
        Place place = place();
        Churn.during(donor, () -> {
            try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
                Acknowledgements.ofTheProgram(proxy).withhold(CloneStage.PAGE_COPY);
                try (RunningCommand held = start(place, proxy.port(), "--verify=off", "--reconnect-timeout=0")) {
                    proxy.awaitStall(Fetches.TIMEOUT);
                    interruption.make(held, proxy);
                    awaitEnd(held, word);
                    assertThat(isUnfinishedWithKeys(place)).isTrue();
                    assertThat(search(held, place)).isEmpty();
                }
            }
            return place;
        });
    }

    /** Returns whether a key was rewrapped: the name of the new master key precedes it. */
    private static boolean isUnfinishedWithKeys(Place place) throws Exception {
        Path marks = place.directory().resolve("#clone");
        byte[] name = EncryptedFiles.masterKeyUuid(place.keyring()).getBytes(US_ASCII);
        return Files.exists(marks.resolve("#status_in_progress"))
                && EncryptedFiles.containing(place.directory(), List.of(name)).stream()
                        .anyMatch(file -> !file.startsWith(marks));
    }

    private Place place() throws Exception {
        return new Place(
                servers.newPath("c"),
                Files.createDirectory(servers.newPath("k")).resolve("keyring"));
    }

    private static RunningCommand start(Place place, int port, String... more) {
        List<String> fetch = Fetches.fetch("127.0.0.1:" + port, MySqlServer.CLONE_USER, place.directory(), more);
        fetch.addAll(List.of("--ssl-mode=REQUIRED", "--max-concurrency=4", "--keyring-file=" + place.keyring()));
        return HeldJclone.start(MySqlServer.CLONE_PASSWORD, fetch);
    }

    private static void awaitEnd(RunningCommand held, String word) {
        held.awaitOutput(output -> output.contains(HeldJclone.HELD) && output.contains(word), Fetches.TIMEOUT);
    }

    private List<Found> search(RunningCommand held, Place place) throws Exception {
        ProcessMemory memory = new ProcessMemory();
        for (TablespaceKey key : Set.copyOf(keys.values())) { // redo files share one
            memory.lookFor("a tablespace's key", Arrays.copyOf(key.toByteArray(), TablespaceKey.KEY_LENGTH));
        }
        try (Keyring keyring = Keyring.decode(Files.readAllBytes(place.keyring()))) {
            memory.lookFor(MASTER_KEY, keyring.entries().get(0).data());
        }
        return memory.search(held.pid());
    }
}
