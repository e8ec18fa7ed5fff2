package org.jclone.cli.option;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of an option that is on or off, as MySQL's clients read it. */
public enum Switch {
    ON,
    OFF;

    /** For {@code fallbackValue}: what the bare name of the option means. */
    static final String BARE = "ON";

    public boolean isOn() {
        return this == ON;
    }

    /** Reads {@code ON, TRUE, 1} and their opposites. */
    static final class Converter implements ITypeConverter<Switch> {

        @Override
        public Switch convert(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "ON", "1", "TRUE" -> ON;
                case "OFF", "0", "FALSE" -> OFF;
                default -> throw new TypeConversionException("neither on nor off");
            };
        }
    }
}
