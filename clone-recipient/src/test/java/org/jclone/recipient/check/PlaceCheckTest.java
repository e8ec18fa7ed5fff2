package org.jclone.recipient.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.storage.RoomByVolume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlaceCheckTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path parent;

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(parent.resolve("data"));
    }

    private PlaceCheck check(Replacement replacement) {
        return check(directory, replacement);
    }

    private static PlaceCheck check(Path place, Replacement replacement) {
        return new PlaceCheck(CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone", Password.empty()))
                .target(it -> it.withDirectory(place).withReplacement(replacement))
                .buildForCheck());
    }

    private RoomByVolume.Need room(Replacement replacement) throws CloneException {
        return room(directory, replacement);
    }

    private static RoomByVolume.Need room(Path place, Replacement replacement) throws CloneException {
        Collection<RoomByVolume.Need> needs = check(place, replacement).room().needs();
        assertThat(needs).hasSize(1);
        return needs.iterator().next();
    }

    private void fill() throws IOException {
        Files.write(directory.resolve("ibdata1"), new byte[3 * MIB]);
        Files.createSymbolicLink(directory.resolve("elsewhere"), Files.write(parent.resolve("far"), new byte[MIB]));
        Files.createLink(directory.resolve("shared"), parent.resolve("far"));
    }

    @ParameterizedTest
    @EnumSource(Replacement.class)
    void acceptsEmptyAndMissingDirectories(Replacement replacement) throws CloneException {
        for (Path place : Set.of(directory, parent.resolve("missing"))) {
            assertThat(check(place, replacement).find().text()).isEqualTo(place + " can be used");
            assertThat(room(place, replacement).freed()).isZero();
        }
        assertThat(check(parent.resolve("no/parent"), replacement).find().failure())
                .contains(CloneErrorCode.TARGET_NOT_USABLE);
    }

    @ParameterizedTest
    @EnumSource(Replacement.class)
    void refusesFilesAndLinks(Replacement replacement) throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), directory);
        Path file = Files.createFile(parent.resolve("file"));
        for (Path place : Set.of(link, file)) {
            assertThat(check(place, replacement).find().failure()).contains(CloneErrorCode.TARGET_NOT_USABLE);
        }
    }

    @Test
    void refusesExistingDataUnlessItIsReplaced() throws Exception {
        fill();
        assertThat(check(Replacement.NONE).find().failure()).contains(CloneErrorCode.TARGET_NOT_USABLE);
        Finding swap = check(Replacement.SWAP).find();
        assertThat(swap.state()).isEqualTo(Finding.State.OK);
        assertThat(swap.text())
                .endsWith("data holds a MySQL data directory; the clone replaces that when it is complete");
        assertThat(check(Replacement.SWAP_KEEP_OLD).find().text())
                .endsWith("when it is complete, and the old data is kept");
        Finding drop = check(Replacement.DROP_FIRST).find();
        assertThat(drop.state()).isEqualTo(Finding.State.WARNING);
        assertThat(drop.why()).contains("neither old nor new");
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).as("nothing was changed").hasSize(3);
        }
    }

    /** Deleting a file with another hard link frees no space. */
    @Test
    void countsSpaceFreedByDeletion() throws Exception {
        fill();
        RoomByVolume.Need drop = room(Replacement.DROP_FIRST);
        assertThat(drop.freed()).isEqualTo(3 * MIB);
        RoomByVolume.Need swap = room(Replacement.SWAP);
        assertThat(swap.freed()).isZero();
        assertThat(swap.old()).isEqualTo(3 * MIB);

        Files.write(Files.createDirectory(directory.resolve(".jclone-new")).resolve("left"), new byte[2 * MIB]);
        assertThat(room(Replacement.SWAP).freed()).isEqualTo(2 * MIB);
        assertThat(room(Replacement.NONE).freed()).isZero();
    }

    @Test
    void finishesAnInterruptedReplacementFirst() throws Exception {
        Path old = Files.createDirectory(directory.resolve(".jclone-old"));
        Files.write(old.resolve("ibdata1"), new byte[MIB]);
        assertThat(check(Replacement.SWAP).find().text()).contains("still holds older data");

        Path journal = directory.resolve(".jclone-swap");
        Files.writeString(journal, "jclone swap 1\nCLEAN\nremove\n");
        assertThat(check(Replacement.SWAP).find().state()).isEqualTo(Finding.State.WARNING);
        assertThat(room(Replacement.SWAP).freed()).isEqualTo(MIB);
        assertThat(check(Replacement.DROP_FIRST).find().state()).isEqualTo(Finding.State.WARNING);

        Files.writeString(journal, "jclone swap 1\nCLEAN\nkeep\n");
        assertThat(check(Replacement.SWAP).find().failure())
                .as("the old data that it keeps is in the way then")
                .isEqualTo(Optional.of(CloneErrorCode.TARGET_NOT_USABLE));
    }
}
