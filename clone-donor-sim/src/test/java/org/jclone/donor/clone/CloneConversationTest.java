package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.clone.CloneConversation.Outcome;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloneConversationTest {

    private static final DdlSettings DDL = new DdlSettings(300, false);
    private static final CloneLimits LIMITS = CloneLimits.MYSQL.withPatience(Duration.ofMillis(50));

    private final CloneRegistry registry =
            RecordingPeer.registry(MadeData.builder(1).table("t/a", 1 << 20).build(), LIMITS);
    private final RecordingPeer peer = new RecordingPeer();
    private final CloneConversation conversation = conversation(peer, DonorProfile.mysql97());

    private CloneConversation conversation(RecordingPeer of, DonorProfile profile) {
        return new CloneConversation(registry, profile, of);
    }

    private static CloneCommand init(int version) {
        return new InitCommand(version, DDL, List.of(LocatorEntry.innodb(Locator.forVersion())));
    }

    private static LocatorsResponse locatorsOf(RecordingPeer peer) {
        return peer.received.stream()
                .filter(LocatorsResponse.class::isInstance)
                .map(LocatorsResponse.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "0x0001, 0x0001, Plugin",
        "0x0100, 0x0100, Plugin",
        "0x0101, 0x0101, PluginV2",
        "0x0102, 0x0102, PluginV2",
        "0x0103, 0x0103, PluginV2",
        "0x9999, 0x0103, PluginV2"
    })
    void answersInitInTheOrderOfTheVersion(String asked, String negotiated, String plugin) {
        int version = Integer.decode(asked);
        assertThat(conversation.serve(init(version))).isEqualTo(Outcome.GO_ON);

        assertThat(peer.kinds())
                .startsWith(plugin, plugin, "Collation", "Collation", "Collation", "Config")
                .endsWith("Locators", "Complete");
        assertThat(peer.kinds().contains("ConfigV3")).isEqualTo(version >= 0x0102);
        assertThat(peer.kinds().contains("ConfigV4")).isEqualTo(version >= 0x0103);
        assertThat(locatorsOf(peer).protocolVersion()).isEqualTo(Integer.decode(negotiated));
    }

    @Test
    void sendsLocatorsFirstInTheFirstVersion() {
        conversation(peer, DonorProfile.mysql8017()).serve(init(0x0103));

        assertThat(peer.kinds()).startsWith("Locators", "Plugin").endsWith("Config", "Complete");
        assertThat(locatorsOf(peer).protocolVersion()).isEqualTo(0x0100);
    }

    @Test
    void acceptsInitWithoutALocator() {
        assertThat(conversation.serve(new InitCommand(0x0103, DDL, List.of()))).isEqualTo(Outcome.GO_ON);
        assertThat(locatorsOf(peer).locators()).hasSize(1);
    }

    @Test
    void acceptsInitWithAnEmptyLocator() {
        LocatorEntry empty = new LocatorEntry(LocatorEntry.INNODB, Bytes.EMPTY);
        assertThat(conversation.serve(new InitCommand(0x0103, DDL, List.of(empty))))
                .isEqualTo(Outcome.GO_ON);
        assertThat(peer.last()).isEqualTo(CompleteResponse.INSTANCE);
    }

    @Test
    void servesOneCloneAtATime() {
        conversation.serve(init(0x0103));
        RecordingPeer other = new RecordingPeer();

        assertThat(conversation(other, DonorProfile.mysql97()).serve(init(0x0103)))
                .isEqualTo(Outcome.GO_ON);
        assertError(other, CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES);

        conversation.serve(ExitCommand.INSTANCE);
        assertThat(registry.size()).isZero();
    }

    @Test
    void acceptsExitWithoutInit() {
        assertThat(conversation.serve(ExitCommand.INSTANCE)).isEqualTo(Outcome.LEAVE_CLONE_MODE);
        assertThat(peer.received).containsExactly(CompleteResponse.INSTANCE);
    }

    @Test
    void closesWithoutAnErrorOnAProtocolViolation() {
        LocatorEntry otherEngine = new LocatorEntry(42, Bytes.EMPTY);
        LocatorEntry garbage = new LocatorEntry(LocatorEntry.INNODB, Bytes.of((byte) 1));
        assertThat(conversation.serve(ExecuteCommand.INSTANCE)).isEqualTo(Outcome.CLOSE);
        assertThat(conversation.serve(new InitCommand(0x0103, DDL, List.of(garbage))))
                .isEqualTo(Outcome.CLOSE);
        assertThat(conversation.serve(new InitCommand(0x0103, DDL, List.of(otherEngine, otherEngine))))
                .isEqualTo(Outcome.CLOSE);
        assertThat(peer.received).isEmpty();

        conversation.serve(init(0x0103));
        assertThat(conversation.serve(init(0x0103))).isEqualTo(Outcome.CLOSE);
    }

    @Test
    void refusesACloneThatIsNotRunning() {
        LocatorEntry stranger = locator(7, 8);
        assertThat(conversation.serve(new AttachCommand(0x0103, DDL, List.of(stranger))))
                .isEqualTo(Outcome.GO_ON);
        assertError(peer, CloneError.ER_INTERNAL_ERROR);
        conversation.serve(new ReinitCommand(0x0103, DDL, List.of(stranger)));
        assertError(peer, CloneError.ER_INTERNAL_ERROR);
        conversation.serve(AckCommand.ofFailure(stranger.innodbLocator(), CloneError.ER_ERROR_ON_WRITE));
        assertError(peer, CloneError.ER_INTERNAL_ERROR);
    }

    /** A recipient cannot end another recipient's clone, and an account cannot end a clone of another account. */
    @Test
    void aReportedFailureEndsOnlyTheReportersClone() {
        CloneRegistry shared =
                RecordingPeer.registry(MadeData.builder(1).table("t/a", 1 << 20).build(), LIMITS.withMaxClones(2));
        RecordingPeer one = new RecordingPeer();
        RecordingPeer other = new RecordingPeer();
        CloneConversation first = new CloneConversation(shared, DonorProfile.mysql97(), one);
        CloneConversation second = new CloneConversation(shared, DonorProfile.mysql97(), other);
        first.serve(init(0x0103));
        second.serve(init(0x0103));
        Locator target = locatorsOf(one).locators().get(0).innodbLocator();

        second.serve(AckCommand.ofFailure(target, CloneError.ER_ERROR_ON_WRITE));
        assertError(other, CloneError.ER_INTERNAL_ERROR);
        RecordingPeer stranger = new RecordingPeer();
        stranger.name = "somebody else@10.1.2.3:4567";
        new CloneConversation(shared, DonorProfile.mysql97(), stranger)
                .serve(AckCommand.ofFailure(target, CloneError.ER_ERROR_ON_WRITE));
        assertError(stranger, CloneError.ER_INTERNAL_ERROR);
        new CloneConversation(shared, DonorProfile.mysql97(), stranger)
                .serve(new ReinitCommand(0x0103, DDL, locatorsOf(one).locators()));
        assertError(stranger, CloneError.ER_INTERNAL_ERROR);

        // The clone is unaffected: only its own auxiliary connection ends it.
        assertThat(shared.size()).isEqualTo(2);
        RecordingPeer aux = new RecordingPeer();
        new CloneConversation(shared, DonorProfile.mysql97(), aux)
                .serve(AckCommand.ofFailure(target, CloneError.ER_NET_READ_ERROR));
        assertThat(aux.last()).isEqualTo(CompleteResponse.INSTANCE);
        assertThat(first.serve(ExecuteCommand.INSTANCE)).isEqualTo(Outcome.CLOSE);
    }

    @Test
    void makesUnguessableSnapshotIds() {
        DonorConfig config = DonorConfig.builder(
                        MadeData.builder(1).table("t/a", 1 << 20).build())
                .account(Account.of("somebody", ""))
                .limits(LIMITS.withMaxClones(2))
                .secretSnapshotIds(true)
                .build();
        CloneRegistry secret = new CloneRegistry(config);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RecordingPeer recipient = new RecordingPeer();
            new CloneConversation(secret, DonorProfile.mysql97(), recipient).serve(init(0x0103));
            ids.add(locatorsOf(recipient).locators().get(0).innodbLocator().snapshotId());
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id > 1 << 20);
    }

    /** A clone has its own memory even if all other recipients stall with their budgets used up. */
    @Test
    void eachCloneHasItsOwnMemoryBudget() {
        CloneTerms terms = new CloneTerms(
                new SnapshotPlan(MadeData.builder(1).table("t/a", 1 << 20).build()),
                LIMITS.withMaxClones(16),
                new Throttle(0, System::nanoTime));
        for (int stalled = 0; stalled < 15; stalled++) {
            MemoryBudget budget = terms.newMemory();
            assertThat(budget.take(16 << 20, 0)).isTrue();
            assertThat(budget.take(1, 0)).isFalse();
        }
        assertThat(terms.newMemory().take(1 << 20, 0)).isTrue();
    }

    @Test
    void attachWaitsForTheEndOfInitForALimitedTime() {
        conversation.serve(init(0x0103));
        RecordingPeer worker = new RecordingPeer();

        conversation(worker, DonorProfile.mysql97())
                .serve(new AttachCommand(0x0103, DDL, locatorsOf(peer).locators()));

        assertError(worker, CloneError.ER_INTERNAL_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"1317, 1317", "1026, 1026", "3633, 3633", "3862, 1815", "1105, 1815"})
    void returnsTheRecipientsFailureOnTheMainConnection(int reported, int answered) {
        conversation.serve(init(0x0103));
        acknowledgeFailure(reported);

        assertThat(conversation.serve(ExecuteCommand.INSTANCE)).isEqualTo(Outcome.GO_ON);
        assertError(peer, answered);
    }

    @ParameterizedTest
    @CsvSource({"1158", "1160", "3863", "1156"})
    void closesTheMainConnectionOnTheRecipientsNetworkFailure(int reported) {
        conversation.serve(init(0x0103));
        acknowledgeFailure(reported);

        assertThat(conversation.serve(ExecuteCommand.INSTANCE)).isEqualTo(Outcome.CLOSE);
    }

    private void acknowledgeFailure(int errorCode) {
        RecordingPeer aux = new RecordingPeer();
        Locator locator = locatorsOf(peer).locators().get(0).innodbLocator();
        conversation(aux, DonorProfile.mysql97()).serve(AckCommand.ofFailure(locator, errorCode));
        assertThat(aux.last()).isEqualTo(CompleteResponse.INSTANCE);
    }

    @Test
    void aLostMainConnectionEndsTheClone() {
        conversation.serve(init(0x0103));
        conversation.end();

        assertThat(registry.size()).isZero();
    }

    private static LocatorEntry locator(long cloneId, long snapshotId) {
        Locator version = Locator.forVersion();
        return LocatorEntry.innodb(
                new Locator(version.version(), cloneId, snapshotId, 0, version.state(), false, version.restart()));
    }

    private static void assertError(RecordingPeer of, int errorCode) {
        assertThat(of.last())
                .isInstanceOfSatisfying(
                        ErrorResponse.class,
                        error -> assertThat(error.errorCode()).isEqualTo(errorCode));
    }
}
