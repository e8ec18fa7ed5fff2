package org.jclone.recipient.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the documents are the classes of this package, which are compiled and run. */
class DocumentedExamplesTest {

    @ParameterizedTest
    @CsvSource({
        "ReplicaProvisioner, public final class, library.md",
        "BrokenConnectionTest, class BrokenConnectionTest, donor.md"
    })
    void areWhatIsTested(String example, String beginning, String document) throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/jclone/recipient/example", example + ".java"));

        assertThat(Files.readString(Path.of("../docs", document)))
                .contains("```java\n" + source.substring(source.indexOf("\n" + beginning) + 1) + "```");
    }
}
