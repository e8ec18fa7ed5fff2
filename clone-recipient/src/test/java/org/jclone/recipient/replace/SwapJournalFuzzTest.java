package org.jclone.recipient.replace;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads a swap journal of any bytes, or refuses it with a message. Writing it again does not change its meaning. */
class SwapJournalFuzzTest {

    static Stream<Arguments> seeds() {
        return Stream.of("jclone swap 1\nMOVE_OUT\nkeep\n", "jclone swap 1\nCLEAN\nremove\n", "jclone swap 2\n\n\n")
                .map(text -> Arguments.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void journal(byte[] bytes) throws IOException {
        Path folder = Files.createTempDirectory("swap");
        try {
            Files.write(folder.resolve(DataDirectory.SWAP_JOURNAL), bytes);
            SwapJournal journal = SwapJournal.read(folder).orElseThrow();
            journal.write(folder);
            assertThat(SwapJournal.read(folder)).contains(journal);
        } catch (StorageException e) {
            assertThat(e.getMessage()).contains(DataDirectory.SWAP_JOURNAL);
        } finally {
            Files.delete(folder.resolve(DataDirectory.SWAP_JOURNAL));
            Files.delete(folder);
        }
    }
}
