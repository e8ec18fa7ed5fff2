package org.jclone.cli.option;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of an on/off option, as MySQL's clients read it. */
public enum Switch {
    ON,
    OFF;

    /** For {@code fallbackValue}: the value of the bare option name. */
    static final String BARE = "ON";

    public boolean isOn() {
        return this == ON;
    }

    Switch opposite() {
        return isOn() ? OFF : ON;
    }

    /** Parses {@code ON, TRUE, 1} and their opposites; empty for anything else. */
    static Optional<Switch> parse(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "ON", "1", "TRUE" -> Optional.of(ON);
            case "OFF", "0", "FALSE" -> Optional.of(OFF);
            default -> Optional.empty();
        };
    }

    /** {@link #parse}. */
    static final class Converter implements ITypeConverter<Switch> {

        @Override
        public Switch convert(String text) {
            return parse(text).orElseThrow(() -> new TypeConversionException("neither on nor off"));
        }
    }
}
