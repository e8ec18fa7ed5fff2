package org.jclone.daemon.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jclone.daemon.http.Caller;

/**
 * Sessions of browsers. A session is the time of its end, signed with the token: the browser does not keep the token,
 * the daemon keeps nothing, and a session ends when its token leaves the file, but not when the daemon starts again.
 */
public final class BrowserSessions {

    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Pattern SESSION = Pattern.compile("([0-9]{1,12})\\.([0-9a-f]{64})");
    private static final String PURPOSE = "jclone session until ";

    private final Supplier<ApiTokens> tokens;
    private final InstantSource clock;

    /** @param tokens those that are valid now */
    public BrowserSessions(Supplier<ApiTokens> tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    public Duration lifetime() {
        return LIFETIME;
    }

    /** Returns a new session, if the token is known. */
    public Optional<String> begin(String token) {
        String end = Long.toString(clock.instant().plus(LIFETIME).getEpochSecond());
        return tokens.get().sign(token, PURPOSE + end).map(signature -> end + '.' + signature);
    }

    /** Returns the owner of the token with which the session began, unless it has ended. */
    public Optional<Caller> caller(String session) {
        var parts = SESSION.matcher(session);
        if (!parts.matches() || !clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts.group(1))))) {
            return Optional.empty();
        }
        return tokens.get().signer(PURPOSE + parts.group(1), parts.group(2));
    }
}
