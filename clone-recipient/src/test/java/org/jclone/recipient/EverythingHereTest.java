package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.any;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clone that fails after everything was copied no longer needs the donor. */
class EverythingHereTest {

    private static final MadeData DATA = MadeData.builder(17)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .build();

    @TempDir
    Path parent;

    private Path settings;

    @BeforeEach
    void make() throws IOException {
        settings = Files.createDirectories(parent.resolve("outside"));
    }

    /** A clone whose settings for the server cannot be written at its end. */
    private CloneRig withoutSettings() {
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.REDO_COPY))
                .then(Action.call("remove the folder", () -> {
                    try {
                        Files.deleteIfExists(settings);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })));
        return withSettings(CloneRig.of(parent, DATA, script));
    }

    private CloneRig withSettings(CloneRig rig) {
        TargetServer server = new TargetServer(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.of(settings.resolve("clone.cnf")),
                Optional.empty());
        return rig.with(request -> request.target(it -> it.withServer(server)));
    }

    @Test
    void isFinishedWithoutTheDonor() throws Exception {
        try (CloneRig rig = withoutSettings()) {
            rig.fail(CloneErrorCode.STORAGE);
            Files.createDirectory(settings);
            rig.donor().close();
            rig.again(ResumeMode.REQUIRED)
                    .with(request ->
                            request.transfer(it -> it.withCompression(Compression.OFF.withMode(Compression.Mode.AUTO))))
                    .run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(rig.warnings())
                    .singleElement()
                    .satisfies(warning ->
                            assertThat(warning.text()).startsWith("the donor's settings could not be asked for: "));
            assertThat(settings.resolve("clone.cnf")).exists();
        }
    }

    @Test
    void doesNotRetryTheDonorForLong() {
        try (CloneRig rig = withoutSettings()) {
            rig.fail(CloneErrorCode.STORAGE);
        }
        FaultScript cut =
                FaultScript.of(Fault.on(any()).at(Moment.message(2).onwards()).then(Action.close()));
        try (CloneRig rig = CloneRig.of(parent, DATA, cut).again(ResumeMode.REQUIRED)) {
            rig.run();
            assertThat(rig.events()).noneMatch(CloneEvent.Reconnecting.class::isInstance);
        }
    }

    @Test
    void advisesToRemoveACloneThatCannotBeFinished() {
        try (CloneRig rig = withoutSettings().with(request -> request.interruptions(it -> it.withJournal(false)))) {
            rig.fail(CloneErrorCode.STORAGE);
            assertThat(rig.warnings())
                    .singleElement()
                    .satisfies(warning ->
                            assertThat(warning.hint()).isEqualTo("Remove the directory before you clone again."));
        }
    }

    @Test
    void anAbortLeavesACloneThatCanBeFinished() {
        AtomicReference<CloneRig> aborted = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.response(CloneResponseCode.COMPLETE).nth(3))
                .then(Action.call("abort", () -> aborted.get().abort())));
        try (CloneRig rig = CloneRig.of(parent, DATA, script)) {
            aborted.set(rig);
            CloneException stopped = rig.fail(CloneErrorCode.ABORTED);
            assertThat(rig.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.text()).startsWith("everything was copied"));
            assertThat(stopped.hint()).contains("--resume").doesNotContain("nothing was kept");
            rig.again(ResumeMode.REQUIRED).run();
            FinalState.assertIdentical(DATA, rig.target());
        }
    }
}
