package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.RedoFormat;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Donors of every protocol version, each with the redo log of its time. */
class DonorVersionsTest {

    private static final long DDL_SECONDS = 300;

    @TempDir
    Path parent;

    /** Profile, redo log format, and whether the donor knows the flag for not blocking DDL. */
    static List<Arguments> profiles() {
        return List.of(
                Arguments.of(DonorProfile.mysql8017(), RedoFormat.IB_LOGFILE, false),
                Arguments.of(DonorProfile.mysql8022(), RedoFormat.IB_LOGFILE, false),
                Arguments.of(DonorProfile.mysql8036(), RedoFormat.IB_REDO, true),
                Arguments.of(DonorProfile.mysql84(), RedoFormat.IB_REDO, true),
                Arguments.of(DonorProfile.mysql97(), RedoFormat.IB_REDO, true));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void clonesADonorOfEachVersion(DonorProfile profile, RedoFormat format, boolean knowsFlag) {
        assertClones(profile, format, knowsFlag, 0);
        assertThat(parent.resolve("target").toFile().list())
                .contains(format == RedoFormat.IB_LOGFILE ? "ib_logfile1" : "#innodb_redo");
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void withRedoOverSeveralFiles(DonorProfile profile, RedoFormat format, boolean knowsFlag) {
        assertClones(profile, format, knowsFlag, 300_000);
    }

    /** MySQL's own clone refuses this donor. MySQL 9.7 upgrades the copied data directory at its first start. */
    @Test
    void clonesForANewerServerIfAnUpgradeIsRequested() {
        MadeData data = MadeData.builder(42)
                .systemTablespace(1 << 20)
                .table("t/a", 1 << 20)
                .build();
        TargetServer newer = TargetServer.known(Optional.of("9.7.4"), Optional.empty(), Optional.empty());
        try (CloneRig rig = CloneRig.of(parent, data, config -> config.profile(DonorProfile.mysql84()))
                .with(request -> request.target(it -> it.withServer(newer)))) {
            assertThat(rig.fail(CloneErrorCode.INCOMPATIBLE).hint()).contains("--upgrade");
        }
        try (CloneRig rig = CloneRig.of(parent, data, config -> config.profile(DonorProfile.mysql84()))
                .with(request -> request.target(it -> it.withServer(newer.withUpgrade(true))))) {
            CloneResult result = rig.run();
            assertThat(result.configuration().compatibility().upgrade()).isPresent();
            assertThat(result.configuration().fragment().lines())
                    .noneMatch(line -> line.startsWith("plugin_load_add"))
                    .anyMatch(line -> line.startsWith("# ") && line.contains("MY-013238"));
            FinalState.assertIdentical(data, rig.target());
        }
    }

    private void assertClones(DonorProfile profile, RedoFormat format, boolean knowsFlag, long redoBytes) {
        MadeData data = MadeData.builder(41)
                .systemTablespace(1 << 20)
                .table("t/a", 1 << 20)
                .modify("t/a", 1, 2)
                .redoFormat(format)
                .redo(redoBytes, 1 << 17)
                .build();
        try (CloneRig rig = CloneRig.of(parent, data, config -> config.profile(profile))
                .with(request -> request.transfer(it -> it.withMaxConcurrency(2).withAutotuneConcurrency(false)))) {
            CloneResult result = rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(result.donorVersion()).isEqualTo(profile.version());
            assertThat(result.donorSettings())
                    .containsAllEntriesOf(profile.variables())
                    .containsAllEntriesOf(Map.of("version", profile.version(), "innodb_page_size", "16384"));
            assertThat(rig.donor().lastDdlSettings()).contains(new DdlSettings(DDL_SECONDS, !knowsFlag));
        }
    }
}
