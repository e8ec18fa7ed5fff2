package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.BandwidthLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon says of directories of every kind. None makes it fail. */
class TargetDirectoryTest {

    @TempDir
    private Path folder;

    private static final class NoRequests implements TargetRequests {

        @Override
        public ProvisionRequest request(DonorListener donors) {
            throw new IllegalStateException("only the directory is read");
        }

        @Override
        public DonorTable donors() {
            return new DonorTable(List.of(), List.of());
        }
    }

    private DirectoryReader.Facts facts(Path directory) {
        return TargetDirectory.facts(new Target(
                "db",
                directory,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                BandwidthLimits.NONE,
                DonorCare.NONE,
                Upkeep.NONE,
                new NoRequests(),
                "",
                "file, line 1"));
    }

    private Path directory(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @Test
    void aMissingDirectoryIsEmptyAndHasTheFreeSpaceOfTheOneAbove() {
        DirectoryReader.Facts missing = facts(folder.resolve("not/yet"));
        assertThat(missing.state()).isEqualTo(DirectoryState.EMPTY);
        assertThat(missing.freeBytes()).isPresent();
    }

    @Test
    void aFileALoopAndADamagedRecordAreUnreadable() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        Path damaged = directory("damaged");
        Files.writeString(damaged.resolve(ProvisionRecord.NAME), "something else\n");
        Path folderForRecord = directory("folder");
        Files.createDirectory(folderForRecord.resolve(ProvisionRecord.NAME));
        Path linked = directory("linked");
        Files.createSymbolicLink(linked.resolve(ProvisionRecord.NAME), Path.of("/dev/zero"));
        for (Path each : List.of(file, file.resolve("below"), loop, damaged, folderForRecord, linked)) {
            assertThat(facts(each).state()).as(each.toString()).isEqualTo(DirectoryState.UNREADABLE);
            assertThat(facts(each).record()).isEmpty();
        }
    }

    @Test
    void aLinkStandsForItsDirectory() throws Exception {
        Path real = directory("real");
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        assertThat(facts(link).state()).isEqualTo(DirectoryState.EMPTY);
        Files.createFile(real.resolve("ibdata1"));
        assertThat(facts(link).state()).isEqualTo(DirectoryState.DATA);
        ProvisionRecord.create(real).to(ProvisionRecord.State.BEGUN, Step.CLONE);
        assertThat(facts(link).state()).isEqualTo(DirectoryState.UNFINISHED);
        assertThat(facts(link).record().orElseThrow().step()).isEqualTo(Step.CLONE);
    }
}
