package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.OpenFiles;

/** An applier on a real directory. Each new file gets its first name as content, which identifies it later. */
final class ApplierRig {

    static final int SERVER_VERSION = 90704;

    final Path root;
    final FileTable table = new FileTable(Descriptors.PAGE_SIZE, () -> SnapshotState.INIT);
    final List<CloneEvent> events = new ArrayList<>();
    final OpenFiles openFiles;
    final FileApplier applier;
    private SnapshotState current = SnapshotState.FILE_COPY;

    ApplierRig(Path root, RedoNaming redoNaming, Map<String, Path> mappings) {
        this(root, redoNaming, mappings, new TargetKeys(EncryptionSettings.NONE, true));
    }

    ApplierRig(Path root, RedoNaming redoNaming, Map<String, Path> mappings, TargetKeys keys) {
        this.root = root;
        openFiles = new OpenFiles(DirectIo.probe(root, false));
        applier = new FileApplier(
                table,
                new DataDirectory(root, mappings),
                openFiles,
                redoNaming,
                keys,
                Descriptors.PAGE_SIZE,
                SERVER_VERSION,
                events::add);
    }

    ApplierRig(Path root) {
        this(root, RedoNaming.IB_REDO, Map.of());
    }

    /** Announces {@code file} as it is. */
    void apply(Descriptors file) throws CloneException {
        applier.apply(file.file(), current);
    }

    /** Announces a table's file of FILE COPY and gives it content. */
    void copy(long index, String name) throws CloneException, IOException {
        apply(Descriptors.table(index, name));
        Files.writeString(table.dataFile(index).path(), name);
    }

    /** Announces a DDL summary with the next state. */
    void summarise(Descriptors... files) throws CloneException {
        for (Descriptors file : files) {
            SnapshotState next = current == SnapshotState.FILE_COPY ? SnapshotState.PAGE_COPY : SnapshotState.REDO_COPY;
            apply(file.in(next));
        }
    }

    /** The donor begins the next state. */
    void move() throws CloneException {
        applier.finishRenames();
        current = current == SnapshotState.FILE_COPY ? SnapshotState.PAGE_COPY : SnapshotState.REDO_COPY;
    }

    void goTo(SnapshotState state) {
        current = state;
    }

    /** Asserts that nothing but these files is there, each with the first name it had; names are below the root. */
    void assertFiles(Map<String, String> firstNames) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            assertThat(walk.filter(Files::isRegularFile)
                            .map(path -> root.relativize(path).toString()))
                    .containsExactlyInAnyOrderElementsOf(firstNames.keySet());
        }
        firstNames.forEach((name, firstName) -> assertThat(root.resolve(name)).hasContent(firstName));
    }

    /** The applier's path of a data file, below the root. */
    String pathOf(long index) {
        return root.relativize(table.dataFile(index).path()).toString();
    }
}
