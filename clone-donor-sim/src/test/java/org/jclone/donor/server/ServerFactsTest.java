package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFactsTest {

    private final ServerFacts facts = new ServerFacts(
            DonorConfig.builder(MadeData.builder(1).table("t/a", 112 << 10).build())
                    .account(Account.of("a", "b"))
                    .build());

    /** Recipients tell a restart by it, so it may not depend on when within the statement a time is read. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7_200})
    void theStartIsTheSameInEachStatement(long uptime) {
        assertThat(facts.unixTime(uptime)
                        - Long.parseLong(facts.status(1, uptime).get("Uptime")))
                .isEqualTo(facts.unixTime(0));
    }
}
