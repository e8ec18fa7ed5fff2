package org.jclone.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Role;
import org.junit.jupiter.api.Test;

class BrowserSessionsTest {

    private static final String TOKEN = "t".repeat(40);
    private static final String OTHER = "o".repeat(40);

    private final AtomicReference<ApiTokens> tokens =
            new AtomicReference<>(ApiTokens.parse(List.of("operate ci " + TOKEN, "read grafana " + OTHER)));
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));
    private final BrowserSessions sessions = new BrowserSessions(tokens::get, now::get);

    @Test
    void knowsItsSessionsUntilTheyEnd() {
        String session = sessions.begin(TOKEN).orElseThrow();
        assertThat(session).doesNotContain(TOKEN);
        assertThat(sessions.caller(session)).contains(new Caller("token ci", Role.OPERATE));
        assertThat(new BrowserSessions(tokens::get, now::get).caller(session)).isPresent(); // after a restart
        now.set(now.get().plus(sessions.lifetime()).minusSeconds(1));
        assertThat(sessions.caller(session)).isPresent();
        now.set(now.get().plusSeconds(1));
        assertThat(sessions.caller(session)).isEmpty();
    }

    @Test
    void endsASessionWhenItsTokenLeavesTheFile() {
        String session = sessions.begin(OTHER).orElseThrow();
        tokens.set(ApiTokens.parse(List.of("read grafana " + "n".repeat(40), "operate ci " + TOKEN)));
        assertThat(sessions.caller(session)).isEmpty();
        tokens.set(ApiTokens.parse(List.of("operate grafana " + OTHER)));
        assertThat(sessions.caller(session)).contains(new Caller("token grafana", Role.OPERATE));
    }

    @Test
    void refusesUnknownTokensAndForgedSessions() {
        assertThat(sessions.begin("x".repeat(40))).isEmpty();
        assertThat(sessions.begin("")).isEmpty();
        String session = sessions.begin(TOKEN).orElseThrow();
        long end = now.get().plus(sessions.lifetime()).getEpochSecond();
        String signature = session.substring(session.indexOf('.') + 1);
        assertThat(session).isEqualTo(end + "." + signature);
        char last = signature.charAt(63) == '0' ? '1' : '0';
        for (String forged : List.of(
                "",
                ".",
                TOKEN,
                signature,
                end + 1 + "." + signature,
                end + "." + signature.substring(0, 63) + last,
                end + "." + signature.substring(0, 63),
                end + "." + signature.toUpperCase(java.util.Locale.ROOT) + "G",
                "-" + session,
                session + "\n",
                "9999999999999999999." + signature)) {
            assertThat(sessions.caller(forged)).describedAs(forged).isEqualTo(Optional.empty());
        }
        assertThat(sessions.lifetime()).isLessThanOrEqualTo(Duration.ofHours(12));
    }
}
