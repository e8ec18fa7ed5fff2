package org.jclone.recipient.example;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the documents are the classes of this package, which are run, and compile as the pages have them. */
class DocumentedExamplesTest {

    private static final Path SOURCES = Path.of("src/test/java/org/jclone/recipient/example");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^```java\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");

    @ParameterizedTest
    @CsvSource({"ReplicaProvisioner, library.md", "ProvisioningTest, library.md", "BrokenConnectionTest, donor.md"})
    void areWhatIsTested(String example, String document) throws IOException {
        assertThat(Files.readString(Path.of("../docs", document)))
                .contains("```java\n" + Files.readString(SOURCES.resolve(example + ".java")) + "```");
    }

    /** With what a reader copies from the pages and nothing else. */
    @Test
    void compileAsThePagesHaveThem(@TempDir Path classes) throws IOException {
        Map<String, String> examples = examples();
        assertThat(examples).containsKeys("ReplicaProvisioner", "ProvisioningTest", "BrokenConnectionTest");
        List<JavaFileObject> sources = new ArrayList<>();
        examples.forEach((name, text) -> sources.add(new Source(name, text)));
        StringWriter problems = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        problems,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none", "-Xlint:-options"),
                        null,
                        sources)
                .call();
        assertThat(compiled).as(problems.toString()).isTrue();
    }

    private static Map<String, String> examples() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            return pages.filter(page -> page.toString().endsWith(".md"))
                    .flatMap(page -> EXAMPLE.matcher(read(page)).results().map(found -> found.group(1)))
                    .collect(toMap(DocumentedExamplesTest::nameOf, text -> text));
        }
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(String text) {
        Matcher name = CLASS.matcher(text);
        assertThat(name.find()).as(text).isTrue();
        return name.group(1);
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("page:///org/jclone/recipient/example/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
