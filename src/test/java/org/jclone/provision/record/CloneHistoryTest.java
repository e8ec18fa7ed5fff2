package org.jclone.provision.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneHistoryTest {

    private static final Instant FIRST = Instant.parse("2026-01-01T10:00:00Z");

    @TempDir
    Path directory;

    @Test
    void isReadByALaterProcess() throws Exception {
        CloneHistory history = new CloneHistory(directory);
        history.begin(FIRST);
        history.copied(4000, Duration.ofSeconds(2));
        history.started(Duration.ofSeconds(7));
        history.begin(FIRST.plusSeconds(60));

        CloneHistory later = new CloneHistory(directory);
        assertThat(later.begun()).containsExactly(FIRST, FIRST.plusSeconds(60));
        assertThat(later.lastComplete())
                .contains(new CloneHistory.Entry(FIRST, 4000, Duration.ofSeconds(2), Duration.ofSeconds(7)));
        assertThat(later.lastComplete().orElseThrow().rate()).isEqualTo(2000);
    }

    @Test
    void linesThatCannotBeReadCountAsNone() throws Exception {
        Files.writeString(
                directory.resolve(CloneHistory.NAME),
                "x\n\n" + FIRST + " 1 2\n" + FIRST + " 1 2 3 4\nyesterday 1 2 3\n" + FIRST + " 1000 500 0\n" + FIRST
                        + " 1 x 0\n");
        assertThat(new CloneHistory(directory).entries())
                .containsExactly(new CloneHistory.Entry(FIRST, 1000, Duration.ofMillis(500), Duration.ZERO));
    }

    @Test
    void thereIsNoneAtFirst() throws Exception {
        CloneHistory history = new CloneHistory(directory);
        history.copied(1, Duration.ofSeconds(1));
        assertThat(history.entries()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void doesNotGrowForEver() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append(FIRST.plusSeconds(i)).append(" 0 0 0\n");
        }
        Files.writeString(directory.resolve(CloneHistory.NAME), lines);
        new CloneHistory(directory).begin(FIRST.plusSeconds(5000));
        assertThat(new CloneHistory(directory).begun())
                .hasSize(2000)
                .doesNotContain(FIRST)
                .contains(FIRST.plusSeconds(5000));
    }
}
