package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jclone.provision.server.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTest {

    private static final Version NEW = Version.of("9.7.4");

    @TempDir
    Path directory;

    private Path mark() {
        return directory.resolve("#clone/#status_in_progress");
    }

    @Test
    void theSettingsAreJsonWithTheTimeInMicroseconds() throws Exception {
        String settings = Fence.settings(NEW, Instant.ofEpochSecond(1_796_005_325L, 250_861_999));

        assertThat(settings).contains("\"Timestamp\": 1796005325250861}");
        List<String> names = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(settings)) {
            while (parser.nextToken() != null) {
                if (parser.currentName() != null) {
                    names.add(parser.currentName());
                }
            }
        }
        assertThat(names)
                .contains(
                        "super_read_only", "event_scheduler", "skip_replica_start", "group_replication_start_on_boot");
    }

    /** The mark goes last: a server that saw neither would write. */
    @Test
    void bothFencesAreRemoved() throws Exception {
        Fence fence = new Fence(directory, Set.of(), Clock.systemUTC());
        fence.raise(NEW);
        fence.mark();
        assertThat(mark()).exists();
        assertThat(directory.resolve(Fence.SETTINGS)).content().contains("super_read_only");

        fence.unmark();
        assertThat(mark()).doesNotExist();
        assertThat(directory.resolve(Fence.SETTINGS)).exists();

        fence.mark();
        fence.remove();
        assertThat(mark()).doesNotExist();
        assertThat(Files.exists(directory.resolve(Fence.SETTINGS))).isFalse();
    }
}
