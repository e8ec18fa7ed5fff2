package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class DonorRatingTest {

    private static final String SOURCE_UUID = "5a45d42c-0000-1111-2222-333344445555";

    /** A server whose properties a test changes. */
    private static final class Server {

        private final String host;
        private Role role = Role.REPLICA;
        private Optional<String> state = Optional.empty();
        private Optional<Duration> lag = Optional.of(Duration.ZERO);
        private Optional<String> stopped = Optional.empty();
        private String executed = "";
        private long threads = 2;
        private long millis = 1;
        private final List<Obstacle> obstacles = new ArrayList<>();

        Server(String host) {
            this.host = host;
        }

        Server role(Role value) {
            role = value;
            return this;
        }

        Server state(String value) {
            state = Optional.of(value);
            return this;
        }

        Server lag(long seconds) {
            lag = Optional.of(Duration.ofSeconds(seconds));
            return this;
        }

        Server lagUnknown() {
            lag = Optional.empty();
            return this;
        }

        Server stopped(String value) {
            stopped = Optional.of(value);
            return lagUnknown();
        }

        Server executed(String value) {
            executed = value;
            return this;
        }

        Server load(long running, long answerMillis) {
            threads = running;
            millis = answerMillis;
            return this;
        }

        Server obstacle(CloneErrorCode code) {
            obstacles.add(new Obstacle("no", "", code, true));
            return this;
        }

        Candidate candidate() {
            DonorFacts facts = new DonorFacts(
                    address(host),
                    "uuid-" + host,
                    Version.of("9.7.4"),
                    role,
                    state,
                    state.isPresent(),
                    lag,
                    stopped,
                    GtidSet.parse(executed),
                    OptionalLong.of(threads),
                    Duration.ofMillis(millis),
                    List.of(),
                    List.of());
            return new Candidate(address(host), Origin.GIVEN, Optional.of(facts), obstacles);
        }
    }

    private static DonorAddress address(String host) {
        return new DonorAddress(host, 3306);
    }

    private static DonorTable rate(DonorRules rules, Server... servers) {
        return new DonorRating(rules, new Random(1))
                .rate(List.of(servers).stream().map(Server::candidate).toList(), List.of());
    }

    private static List<String> order(DonorTable table) {
        return table.donors().stream().map(donor -> donor.address().host()).toList();
    }

    private static DonorRules rules(Preference preference) {
        return new DonorRules(preference, Optional.empty(), Optional.empty(), Map.of(), Optional.empty());
    }

    @Test
    void prefersTheRoleThatIsWanted() {
        Server source = new Server("a").role(Role.SOURCE);
        Server replica = new Server("b").lag(5);
        Server secondary = new Server("c").role(Role.SECONDARY).lag(30);
        Server primary = new Server("d").role(Role.PRIMARY).load(10, 1);
        assertThat(order(rate(rules(Preference.REPLICA), source, replica, secondary, primary)))
                .containsExactly("b", "c", "a", "d");
        assertThat(order(rate(rules(Preference.SOURCE), source, replica, secondary, primary)))
                .containsExactly("a", "d", "b", "c");
        assertThat(order(rate(rules(Preference.ANY), source, replica, secondary, primary)))
                .containsExactly("a", "d", "b", "c");
    }

    @Test
    void theBestPossibleDonorHasAHundredPoints() {
        DonorRules rules = new DonorRules(
                Preference.REPLICA,
                Optional.empty(),
                Optional.of("eu"),
                Map.of(address("a"), "eu", address("b"), "us"),
                Optional.empty());
        DonorTable table = rate(rules, new Server("a"), new Server("b"), new Server("c"));
        assertThat(table.best().orElseThrow().score()).isEqualTo(100);
        assertThat(table.best().orElseThrow().reasons())
                .containsExactly("replica +40", "lag 0 s +20", "zone eu +20", "2 running +10", "answers in 1 ms +10");
        assertThat(table.donors()).extracting(RatedDonor::score).containsExactly(100, 80, 80);
    }

    @Test
    void lessLagAndLessLoadAreBetter() {
        assertThat(order(rate(
                        DonorRules.DEFAULT,
                        new Server("a").lag(601),
                        new Server("b").lag(600),
                        new Server("c").lag(60),
                        new Server("d").lag(10),
                        new Server("e").lag(1))))
                .containsExactly("e", "d", "c", "b", "a");
        assertThat(order(rate(
                        DonorRules.DEFAULT,
                        new Server("a").load(65, 1),
                        new Server("b").load(64, 1),
                        new Server("c").load(16, 1),
                        new Server("d").load(4, 1))))
                .containsExactly("d", "c", "b", "a");
        assertThat(order(rate(
                        DonorRules.DEFAULT,
                        new Server("a").load(1, 51),
                        new Server("b").load(1, 50),
                        new Server("c").load(1, 10),
                        new Server("d").load(1, 2))))
                .containsExactly("d", "c", "b", "a");
    }

    @Test
    void aReplicaThatStoppedSaysHowFarItIsBehind() {
        Server source = new Server("a").role(Role.SOURCE).executed(SOURCE_UUID + ":1-10");
        Server stopped = new Server("b").stopped("applier stopped").executed(SOURCE_UUID + ":1-7");
        DonorTable table = rate(DonorRules.DEFAULT, source, stopped);
        assertThat(table.donors().stream()
                        .filter(donor -> donor.address().host().equals("b"))
                        .findFirst()
                        .orElseThrow()
                        .reasons())
                .contains("applier stopped, 3 transactions behind +0");
    }

    @Test
    void whoLagsTooMuchOrUnknownIsNotSuitableWithAMaximum() {
        DonorRules rules = new DonorRules(
                Preference.REPLICA, Optional.of(Duration.ofSeconds(60)), Optional.empty(), Map.of(), Optional.empty());
        DonorTable table = rate(
                rules,
                new Server("a").lag(60),
                new Server("b").lag(61),
                new Server("c").lagUnknown(),
                new Server("d").stopped("applier stopped"));
        assertThat(table.donors())
                .filteredOn(RatedDonor::isSuitable)
                .extracting(each -> each.address().host())
                .containsExactly("a");
        assertThat(table.donors())
                .flatExtracting(RatedDonor::obstacles)
                .extracting(Obstacle::text)
                .containsExactlyInAnyOrder(
                        "it lags 61 s, more than 60 s",
                        "its lag is unknown, with a maximum lag",
                        "applier stopped, with a maximum lag");
        assertThat(rate(DonorRules.DEFAULT, new Server("d").stopped("applier stopped"))
                        .best())
                .isPresent();
    }

    @Test
    void aMemberMustBeOnlineAndTheTargetIsNoDonor() {
        DonorRules rules =
                new DonorRules(Preference.ANY, Optional.empty(), Optional.empty(), Map.of(), Optional.of("UUID-B"));
        DonorTable table = rate(
                rules,
                new Server("a").role(Role.SECONDARY).state("RECOVERING"),
                new Server("b"),
                new Server("c").role(Role.PRIMARY).state("ONLINE"));
        assertThat(table.best().orElseThrow().address().host()).isEqualTo("c");
        assertThat(table.donors())
                .flatExtracting(RatedDonor::obstacles)
                .extracting(Obstacle::text)
                .containsExactlyInAnyOrder("it is RECOVERING in its group", "it is the target itself");
    }

    @Test
    void unsuitableDonorsAreLastAndNameTheExitStatus() {
        DonorTable table = rate(
                DonorRules.DEFAULT,
                new Server("a").obstacle(CloneErrorCode.PLUGIN_MISSING),
                new Server("b").role(Role.SOURCE));
        assertThat(order(table)).containsExactly("b", "a");
        assertThat(table.exitStatus()).isZero();
        assertThat(rate(DonorRules.DEFAULT, new Server("a").obstacle(CloneErrorCode.PLUGIN_MISSING))
                        .exitStatus())
                .isEqualTo(24);
    }

    @Test
    void chanceDecidesAmongEquals() {
        Set<String> first = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            DonorTable table = new DonorRating(DonorRules.DEFAULT, new Random(seed))
                    .rate(
                            List.of(
                                    new Server("a").candidate(),
                                    new Server("b").candidate(),
                                    new Server("c").candidate()),
                            List.of());
            first.add(table.donors().get(0).address().host());
        }
        assertThat(first).containsExactlyInAnyOrder("a", "b", "c");
    }
}
