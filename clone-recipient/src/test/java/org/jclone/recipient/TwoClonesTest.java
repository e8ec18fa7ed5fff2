package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jclone.donor.fixture.MadeData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clones in one process are independent. */
class TwoClonesTest {

    private static final int CLONES = 3;

    @TempDir
    Path folder;

    @Test
    void atTheSameTime() {
        List<CompletableFuture<Void>> clones = IntStream.range(0, CLONES)
                .mapToObj(number -> CompletableFuture.runAsync(() -> cloneOwn(number)))
                .toList();
        assertThat(CompletableFuture.allOf(clones.toArray(CompletableFuture[]::new)))
                .succeedsWithin(CloneRig.PATIENCE);
    }

    private void cloneOwn(int number) {
        MadeData data = MadeData.builder(number)
                .systemTablespace(1 << 20)
                .table("t/a", (4L + number) << 20)
                .modify("t/a", number)
                .build();
        try (CloneRig rig = CloneRig.of(Files.createDirectory(folder.resolve("clone" + number)), data)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
