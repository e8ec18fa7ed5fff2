package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Symbolic links planted in the target lead nowhere. */
class SymbolicLinkTest {

    private static final String VICTIM = "do not touch";

    @TempDir
    Path parent;

    private Path outside;
    private Path victim;
    private Set<PosixFilePermission> permissions;

    @BeforeEach
    void prepare() throws IOException {
        outside = Files.createDirectory(parent.resolve("outside"));
        victim = Files.writeString(outside.resolve("victim"), VICTIM);
        permissions = Files.getPosixFilePermissions(victim);
    }

    private static MadeData data() {
        return MadeData.builder(23)
                .systemTablespace(64 << 10)
                .table("shop/a", 1 << 20)
                .modify("shop/a", 1)
                .rename(SnapshotState.FILE_COPY, "shop/a", "shop/b")
                .create(SnapshotState.PAGE_COPY, "other/c")
                .build();
    }

    /** The link exists before anything is written there. */
    @ParameterizedTest
    @ValueSource(strings = {"shop", "other", "#innodb_redo"})
    void toAFolder(String link) throws IOException {
        assertHarmless(Moment.stateStart(SnapshotState.FILE_COPY), link, outside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ibdata1", "#clone/#view_status", "#clone/#status_fix", "#clone/#replace_files"})
    void toAFile(String link) throws IOException {
        assertHarmless(Moment.stateStart(SnapshotState.FILE_COPY), link, victim);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop/b.ibd", "shop/b.ibd.#clone_ddl"})
    void inTheWayOfARename(String link) throws IOException {
        assertHarmless(Moment.stateEnd(SnapshotState.FILE_COPY), link, victim);
    }

    /** A file that already exists is replaced by a link. */
    @ParameterizedTest
    @ValueSource(strings = {"ibdata1", "shop/b.ibd", "#innodb_redo/#ib_redo0"})
    void insteadOfAFile(String link) throws IOException {
        assertHarmless(Moment.stateStart(SnapshotState.DONE), link, victim);
    }

    @Test
    void insteadOfTheTarget() throws IOException {
        Files.createSymbolicLink(parent.resolve("target"), outside);
        try (CloneRig rig = CloneRig.of(parent, data())) {
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
        }
        assertUntouched();
    }

    private void assertHarmless(Moment moment, String link, Path to) throws IOException {
        Path target = parent.resolve("target");
        Fault plant =
                Fault.on(main()).at(moment).then(Action.call("plant " + link, () -> plant(target.resolve(link), to)));
        try (CloneRig rig = CloneRig.of(parent, data(), FaultScript.of(plant))) {
            rig.outcome()
                    .ifPresent(failure -> assertThat(failure.code())
                            .as("%s", failure)
                            .isIn(CloneErrorCode.STORAGE, CloneErrorCode.TARGET_NOT_USABLE));
            assertThat(rig.donor().faultsMade()).isPositive();
        }
        assertUntouched();
    }

    private static void plant(Path link, Path to) {
        try {
            Files.deleteIfExists(link);
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertUntouched() throws IOException {
        assertThat(victim).hasContent(VICTIM);
        assertThat(CloneRig.entriesOf(outside)).containsExactly("victim");
        assertThat(Files.getPosixFilePermissions(victim)).isEqualTo(permissions);
    }
}
