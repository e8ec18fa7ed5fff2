package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Kills clones of encrypted data and resumes them with the same keyring. No key is ever in plain text on disk. */
@RealServer
class EncryptedResumeIT {

    private static final int PAGE_SIZE = 16384;
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};
    /** {@code -Djclone.test.full=true} kills in every stage that copies. */
    private static final List<CloneStage> STAGES = Boolean.getBoolean("jclone.test.full")
            ? List.of(CloneStage.FILE_COPY, CloneStage.PAGE_COPY, CloneStage.REDO_COPY)
            : List.of(CloneStage.PAGE_COPY);

    private final Servers servers;
    private final MySqlServer donor;

    EncryptedResumeIT(Servers servers) {
        this.servers = servers;
        donor = servers.encryptedDonor();
    }

    /** Directory and keyring of a clone. */
    private record Place(Path directory, Path keyring) {}

    @Test
    void resumesAfterAKillInEachStage() throws Exception {
        List<byte[]> secrets =
                EncryptedFiles.secrets(EncryptedFiles.keys(donor.dataDirectory(), donor.keyring(), PAGE_SIZE)
                        .values());
        String expected = donor.fingerprint(COMPARED);
        List<Place> clones = Churn.during(donor, () -> {
            List<Place> made = new ArrayList<>();
            for (CloneStage stage : STAGES) {
                Place place = killedIn(stage);
                assertNoPlainKey(place, secrets);
                CommandResult resumed = Fetches.fetchFrom(
                        donor.port(), place.directory(), "--resume", "--ssl-mode=REQUIRED", keyringOption(place));
                assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
                assertThat(EncryptedFiles.containsAny(resumed.stdout() + resumed.stderr(), secrets))
                        .isFalse();
                made.add(place);
            }
            return made;
        });
        for (Place place : clones) {
            assertNoPlainKey(place, secrets);
            List<byte[]> own = EncryptedFiles.secrets(EncryptedFiles.keys(place.directory(), place.keyring(), PAGE_SIZE)
                    .values());
            assertThat(own).hasSizeGreaterThan(STAGES.size());
            assertNoPlainKey(place, own);
            assertWhole(place, expected);
        }
        assertThat(EncryptedFiles.containing(donor.folder().resolve("mysqld.log"), secrets))
                .isEmpty();
    }

    private Place killedIn(CloneStage stage) throws Exception {
        Place place = new Place(
                servers.newPath("c"),
                Files.createDirectory(servers.newPath("k")).resolve("keyring"));
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            Acknowledgements.ofTheProgram(proxy).withhold(stage);
            List<String> fetch = Fetches.fetch(
                    "127.0.0.1:" + proxy.port(), MySqlServer.CLONE_USER, place.directory(), keyringOption(place));
            fetch.addAll(List.of("--ssl-mode=REQUIRED", "--max-concurrency=4"));
            try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, fetch)) {
                Fetches.awaitStage(running, place.directory(), stage);
                running.signal("KILL");
                running.await(Fetches.TIMEOUT);
            }
        }
        assertThat(isIn(stage, place.directory())).as("killed in %s", stage).isTrue();
        return place;
    }

    /** Returns whether the next stage has not begun: its line in {@code #view_progress} begins with 0 until then. */
    private static boolean isIn(CloneStage stage, Path directory) throws IOException {
        Path marks = directory.resolve("#clone");
        return Files.exists(marks.resolve("#status_in_progress"))
                && Files.readAllLines(marks.resolve("#view_progress"))
                        .get(stage.ordinal() + 2)
                        .startsWith("0 ");
    }

    private static String keyringOption(Place place) {
        return "--keyring-file=" + place.keyring();
    }

    private static void assertNoPlainKey(Place place, List<byte[]> secrets) throws Exception {
        assertThat(EncryptedFiles.containing(place.directory(), secrets)).isEmpty();
        assertThat(EncryptedFiles.containing(place.keyring().getParent(), secrets))
                .isEmpty();
    }

    private void assertWhole(Place place, String expected) {
        try (MySqlServer clone = servers.create(
                "--data",
                place.directory().toString(),
                "--gtid",
                "--encrypt",
                "--keyring",
                place.keyring().toString())) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(Churn.state(clone).bad()).isZero();
            clone.sql("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            clone.stop();
            clone.start();
            assertThat(clone.check()).startsWith("checked");
        }
    }
}
