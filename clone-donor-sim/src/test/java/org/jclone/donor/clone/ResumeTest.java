package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.clone.CloneConversation.Outcome;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** COM_REINIT sends what is missing, and nothing that the recipient already has. */
class ResumeTest {

    private static final MadeData DATA = MadeData.builder(5)
            .bufferPoolDump(100)
            .systemTablespace(3 << 20)
            .table("t/a", 2 << 20)
            .table("t/b", 112 << 10)
            .modify("t/a", 0, 1, 2)
            .create(SnapshotState.FILE_COPY, "t/new")
            .redo(100_000, 65_536)
            .build();

    private CloneRegistry registry = RecordingPeer.registry(DATA, CloneLimits.MYSQL);

    private static List<DataDescriptor> uninterrupted() {
        ResumingPeer peer = new ResumingPeer(RecordingPeer.registry(DATA, CloneLimits.MYSQL));
        assertThat(peer.connect(Integer.MAX_VALUE, false)).isEqualTo(Outcome.GO_ON);
        assertThat(peer.complete).isTrue();
        return peer.blocks;
    }

    @Test
    void resumesAfterALossAtEachMessage() {
        List<DataDescriptor> all = uninterrupted();
        boolean lost = true;
        for (int messages = 0; lost; messages++) {
            registry = RecordingPeer.registry(DATA, CloneLimits.MYSQL);
            ResumingPeer peer = new ResumingPeer(registry);
            lost = peer.connect(messages, false) == Outcome.CLOSE;
            if (lost) {
                assertThat(registry.waiting()).isEqualTo(1);
                assertThat(peer.connect(Integer.MAX_VALUE, false)).isEqualTo(Outcome.GO_ON);
            }
            assertThat(peer.complete).as("after %d messages", messages).isTrue();
            assertThat(peer.blocks).as("after %d messages", messages).containsExactlyElementsOf(all);
            assertThat(createdFiles(peer)).as("after %d messages", messages).isPositive();
        }
    }

    private static long createdFiles(ResumingPeer peer) {
        return peer.descriptors.stream()
                .filter(descriptor ->
                        descriptor instanceof FileDescriptor file && file.name().equals("./t/new.ibd"))
                .count();
    }

    @Test
    void resumesAfterALossAtEveryThirdMessage() {
        ResumingPeer peer = new ResumingPeer(registry);
        int connections = 0;
        while (!peer.complete) {
            peer.connect(3 + connections % 4, false);
            assertThat(connections++).as("connections").isLessThan(200);
        }
        assertThat(connections).isGreaterThan(5);
        assertThat(new HashSet<>(peer.blocks)).isEqualTo(Set.copyOf(uninterrupted()));
    }

    @Test
    void sendsTheEndOfAStateAgainIfTheAcknowledgementWasLost() {
        ResumingPeer peer = new ResumingPeer(registry);
        int losses = 0;
        while (peer.connect(Integer.MAX_VALUE, losses % 2 == 0) == Outcome.CLOSE) {
            assertThat(losses++).isLessThan(10);
        }
        assertThat(peer.complete).isTrue();
        assertThat(peer.blocks).containsExactlyElementsOf(uninterrupted());
    }

    @Test
    void aNewCloneReplacesAnInterruptedOne() {
        ResumingPeer first = new ResumingPeer(registry);
        first.connect(5, false);
        ResumingPeer second = new ResumingPeer(registry);
        second.connect(5, false);

        assertThat(registry.waiting()).isEqualTo(1);
        assertThat(reinit(1, 2)).isEqualTo(CloneError.ER_INTERNAL_ERROR);
        assertThat(second.connect(Integer.MAX_VALUE, false)).isEqualTo(Outcome.GO_ON);
        assertThat(second.complete).isTrue();
    }

    @Test
    void keepsSeveralInterruptedClonesIfSeveralAreServed() {
        registry = RecordingPeer.registry(DATA, CloneLimits.MYSQL.withMaxClones(2));
        ResumingPeer first = new ResumingPeer(registry);
        ResumingPeer second = new ResumingPeer(registry);
        first.connect(5, false);
        second.connect(9, false);

        assertThat(registry.waiting()).isEqualTo(2);
        first.connect(Integer.MAX_VALUE, false);
        second.connect(Integer.MAX_VALUE, false);
        assertThat(first.complete && second.complete).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void waitsOnlyForItsResumeWindow(long millis) throws InterruptedException {
        registry = RecordingPeer.registry(DATA, CloneLimits.MYSQL.withResumeWindow(Duration.ofMillis(millis)));
        ResumingPeer peer = new ResumingPeer(registry);
        peer.connect(5, false);
        Thread.sleep(millis + 1);

        assertThat(registry.waiting()).isZero();
        assertThat(reinit(1, 2)).isEqualTo(CloneError.ER_INTERNAL_ERROR);
    }

    @Test
    void refusesToResumeACloneWithOpenConnections() {
        registry = RecordingPeer.registry(DATA, CloneLimits.MYSQL.withResumePatience(Duration.ofMillis(20)));
        RecordingPeer main = new RecordingPeer();
        LocatorEntry version = LocatorEntry.innodb(Locator.forVersion());
        new CloneConversation(registry, DonorProfile.mysql97(), main)
                .serve(new InitCommand(0x0103, new DdlSettings(300, false), List.of(version)));

        assertThat(reinit(1, 2)).isEqualTo(CloneError.ER_INTERNAL_ERROR);
        assertThat(registry.size()).isEqualTo(1);
    }

    @Test
    void doesNotResumeAnotherCloneWithTheSameIdsAfterARestart() {
        ResumingPeer before = new ResumingPeer(registry);
        before.connect(5, false);
        registry.restart();

        assertThat(reinit(1, 2)).isEqualTo(CloneError.ER_INTERNAL_ERROR);
        ResumingPeer after = new ResumingPeer(registry);
        after.connect(5, false);
        assertThat(before.connect(Integer.MAX_VALUE, false)).isEqualTo(Outcome.GO_ON);
    }

    private int reinit(long cloneId, long snapshotId) {
        RecordingPeer peer = new RecordingPeer();
        Locator version = Locator.forVersion();
        Locator named =
                new Locator(version.version(), cloneId, snapshotId, 0, SnapshotState.INIT, false, version.restart());
        new CloneConversation(registry, DonorProfile.mysql97(), peer)
                .serve(new ReinitCommand(0x0103, new DdlSettings(300, false), List.of(LocatorEntry.innodb(named))));
        assertThat(peer.received).noneMatch(LocatorsResponse.class::isInstance);
        return (int) ((ErrorResponse) peer.last()).errorCode();
    }
}
