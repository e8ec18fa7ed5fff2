package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.page.FspFlags;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads a manifest of any text, or refuses it with a message. What is read is consistent. */
class ManifestFuzzTest {

    private static final Path ROOT = Path.of("/data");

    static Stream<Arguments> seeds() {
        String about =
                "{\"format\": 1,\n \"clone\": {\"donor\": \"db1:3306\", \"pageSize\": 16384, \"endLsn\": 22003456},\n \"files\": [";
        String file = "{\"path\": \"t/a.ibd\", \"size\": 65536, \"spaceId\": 7, \"flags\": 16417, \"unit\": 16384,"
                + " \"firstSlot\": 0, \"slots\": 4, \"firstPage\": 0, \"hash\": \"crc32c:0a1b2c3d\"}";
        return Stream.of(about + "]}\n", about + file + "]}\n", about + file + ",\n  " + file + "]}\n")
                .map(text -> Arguments.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void manifest(byte[] bytes) {
        try {
            Manifest manifest = Manifest.parse(ROOT, new StringReader(new String(bytes, StandardCharsets.UTF_8)));
            assertThat(FspFlags.NONE.withPageSize(manifest.pageSize())).isNotNull();
            manifest.files().forEach(file -> {
                assertThat(file.path()).isAbsolute();
                assertThat(file.size()).isNotNegative();
                assertThat(file.unit()).isBetween(512, 1 << 16);
            });
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
