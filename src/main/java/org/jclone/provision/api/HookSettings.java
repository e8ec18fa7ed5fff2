package org.jclone.provision.api;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's commands for moments of a run, each for {@code /bin/sh}, with a JSON object on standard input.
 *
 * @param commands those that are given
 * @param timeLimit after which a command is killed, and has failed
 */
public record HookSettings(Map<Hook, String> commands, Duration timeLimit) {

    /** The default of {@code timeLimit}. */
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(5);

    /** No commands. */
    public static final HookSettings NONE = new HookSettings(Map.of(), DEFAULT_TIME_LIMIT);

    /** A moment of a run. */
    public enum Hook {
        /** Before a donor is cloned; again for each other donor. */
        DONOR_CHOSEN,
        /** The clone is complete and the old server stopped. */
        BEFORE_EXCHANGE,
        /** The wait of CATCH UP is over, and no client reaches the new server yet. */
        CAUGHT_UP,
        /** A step failed. */
        FAILED;

        /** {@return the name as in the option and in the JSON: {@code before-exchange}} */
        public String displayName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public HookSettings {
        commands = Collections.unmodifiableMap(commands.isEmpty() ? Map.of() : new EnumMap<>(commands));
        if (timeLimit.isNegative() || timeLimit.isZero()) {
            throw new IllegalArgumentException("time limit of hooks: a time above 0 is expected");
        }
    }

    /**
     * {@return the command for a moment; empty if there is none}
     *
     * @param hook the moment
     */
    public Optional<String> command(Hook hook) {
        return Optional.ofNullable(commands.get(hook));
    }
}
