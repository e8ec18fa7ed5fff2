package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replays the commands of real MySQL recipients of 9.7 and 8.0 to this donor. Except for the bytes of blocks, all answers
 * equal those of the real donor, byte by byte.
 */
class ConformanceTest {

    private static final Account ADMIN = new Account("admin", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final Account OTHER = new Account("other", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, false);

    /** The number of the task in a data descriptor, in hex digits. */
    private static final int TASK_FROM = 2 * (3 + 16);

    private static final int TASK_TO = TASK_FROM + 2 * Integer.BYTES;

    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "resumed-1", "8.0.45-plain-1"})
    void answersAsARealDonor(String name) throws IOException {
        Recorded recorded = Recorded.read(name);
        try (DonorServer donor = donorOf(recorded);
                Replay replay = new Replay(donor.port(), ADMIN)) {
            replay.play(recorded);

            assertThat(replay.found.keySet()).isEqualTo(replay.expected.keySet());
            replay.expected.forEach((connection, heard) -> assertThat(replay.found.get(connection).all)
                    .as("connection %d", connection)
                    .containsExactlyElementsOf(heard.all));
        }
    }

    /**
     * The donor assigns tasks to workers in the order in which it reads their COM_ATTACH, and blocks to the worker that is
     * ready. So the order of connections does not count, and blocks of all connections are compared together.
     */
    @ParameterizedTest
    @ValueSource(strings = {"plain-4", "8.0.45-plain-4"})
    void answersAsARealDonorOverSeveralConnections(String name) throws IOException {
        Recorded recorded = Recorded.read(name);
        try (DonorServer donor = donorOf(recorded);
                Replay replay = new Replay(donor.port(), ADMIN)) {
            replay.play(recorded);

            assertThat(answers(replay.found.values()))
                    .containsExactlyInAnyOrderElementsOf(answers(replay.expected.values()));
            assertThat(blocks(replay.found.values()))
                    .containsExactlyInAnyOrderElementsOf(blocks(replay.expected.values()));
        }
    }

    private static List<List<String>> answers(Collection<Replay.Heard> heard) {
        return heard.stream().map(each -> each.answers).toList();
    }

    private static List<String> blocks(Iterable<Replay.Heard> heard) {
        List<String> blocks = new ArrayList<>();
        for (Replay.Heard each : heard) {
            each.bulk.stream()
                    .filter(text -> text.contains("0000003400000005"))
                    .map(text -> {
                        int from = text.indexOf(' ') + 1 + TASK_FROM;
                        return text.substring(0, from) + text.substring(from + TASK_TO - TASK_FROM);
                    })
                    .forEach(blocks::add);
        }
        return blocks;
    }

    @Test
    void refusesAsARealDonor() throws IOException {
        Recorded recorded = Recorded.read("refused-privilege");
        MadeData data = MadeData.builder(1).table("t/a", 1 << 20).build();
        try (DonorServer donor = DonorServer.start(
                        DonorConfig.builder(data).account(OTHER).build());
                Replay replay = new Replay(donor.port(), OTHER)) {
            replay.play(recorded);
            assertThat(replay.found).isNotEmpty();
        }
    }

    /** The profile of a version has the variables of the real server, in the same order, for each protocol version. */
    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "8.0.45-plain-1"})
    void theProfileEqualsThatOfARealDonor(String name) throws IOException {
        Recorded recorded = Recorded.read(name);
        List<String> names = recorded.responses().stream()
                .filter(ConfigResponse.class::isInstance)
                .map(response -> ((ConfigResponse) response).name())
                .toList();
        DonorProfile real = RecordedSource.profile(recorded);
        DonorProfile profile = DonorProfile.ofVersion(real.version());
        List<String> ours = new ArrayList<>(List.of("version"));
        ours.addAll(profile.variables().keySet());
        ours.add("innodb_page_size");
        assertThat(ours).isEqualTo(names);
        assertThat(profile.protocolVersion().wireCode())
                .isEqualTo(recorded.responses().stream()
                        .filter(LocatorsResponse.class::isInstance)
                        .map(response -> ((LocatorsResponse) response).protocolVersion())
                        .findFirst()
                        .orElseThrow());
    }

    private static DonorServer donorOf(Recorded recorded) throws IOException {
        return DonorServer.start(DonorConfig.builder(new RecordedSource(recorded))
                .account(ADMIN)
                .profile(RecordedSource.profile(recorded))
                .build());
    }
}
