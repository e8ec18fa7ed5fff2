package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneResult;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Donors of every version of the protocol. */
class DonorVersionsTest {

    private static final MadeData DATA =
            MadeData.builder(41).systemTablespace(1 << 20).table("t/a", 1 << 20).build();

    @TempDir
    Path parent;

    static List<DonorProfile> profiles() {
        return List.of(
                DonorProfile.mysql8017(), DonorProfile.mysql8022(), DonorProfile.mysql84(), DonorProfile.mysql97());
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void areAllUnderstood(DonorProfile profile) {
        try (CloneRig rig = CloneRig.of(parent, DATA, config -> config.profile(profile))) {
            CloneResult result = rig.run();
            assertThat(result.donorVersion()).isEqualTo(profile.version());
            assertThat(result.donorSettings())
                    .containsAllEntriesOf(profile.variables())
                    .containsAllEntriesOf(Map.of("version", profile.version(), "innodb_page_size", "16384"));
            boolean manyRedoFiles = result.donorVersion().startsWith("8.0.");
            assertThat(rig.target().resolve(manyRedoFiles ? "ib_logfile1" : "#innodb_redo/#ib_redo0"))
                    .isRegularFile();
        }
    }
}
