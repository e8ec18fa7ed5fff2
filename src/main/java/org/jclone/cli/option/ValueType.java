package org.jclone.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import org.jclone.recipient.api.DonorAddress;

/** How the text of a value becomes the value, and back. */
public abstract class ValueType<T> {

    public static final ValueType<String> TEXT = new ValueType<>(String.class, "") {
        @Override
        public String parse(String text) {
            return text;
        }
    };

    public static final ValueType<Path> PATH = new ValueType<>(Path.class, "") {
        @Override
        public Path parse(String text) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("not a path: " + e.getReason(), e);
            }
        }
    };

    public static final ValueType<DonorAddress> DONOR_ADDRESS = new ValueType<>(DonorAddress.class, "") {
        @Override
        public DonorAddress parse(String text) {
            return DonorAddress.parse(text);
        }
    };

    public static final ValueType<PathMapping> PATH_MAPPING = new ValueType<>(PathMapping.class, "") {
        @Override
        public PathMapping parse(String text) {
            return PathMapping.parse(text);
        }
    };

    public static final ValueType<Boolean> ON_OFF = new ValueType<>(Boolean.class, "ON, OFF") {
        @Override
        public Boolean parse(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "ON", "1", "TRUE" -> Boolean.TRUE;
                case "OFF", "0", "FALSE" -> Boolean.FALSE;
                default -> throw expected(text);
            };
        }

        @Override
        public String format(Boolean value) {
            return value ? "ON" : "OFF";
        }
    };

    /** An option that takes no value: it is there or it is not. */
    public static final ValueType<Boolean> FLAG = new ValueType<>(Boolean.class, "") {
        @Override
        public Boolean parse(String text) {
            return Boolean.TRUE;
        }
    };

    private final Class<T> javaType;
    private final String range;

    private ValueType(Class<T> javaType, String range) {
        this.javaType = javaType;
        this.range = range;
    }

    public static ValueType<Long> integer(long min, long max) {
        return new ValueType<>(Long.class, min + " to " + max) {
            @Override
            public Long parse(String text) {
                return number(text, min, max);
            }
        };
    }

    public static ValueType<Duration> seconds(Duration min, Duration max) {
        return new ValueType<>(Duration.class, min.toSeconds() + " to " + max.toSeconds()) {
            @Override
            public Duration parse(String text) {
                return Duration.ofSeconds(number(text, min.toSeconds(), max.toSeconds()));
            }

            @Override
            public String format(Duration value) {
                return String.valueOf(value.toSeconds());
            }
        };
    }

    /** One constant of an enum, in upper or lower case; its own {@code toString} is how it is documented. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        StringJoiner range = new StringJoiner(", ");
        for (E constant : type.getEnumConstants()) {
            range.add(constant.toString());
        }
        return new ValueType<>(type, range.toString()) {
            @Override
            public E parse(String text) {
                for (E constant : type.getEnumConstants()) {
                    if (constant.toString().equalsIgnoreCase(text)) {
                        return constant;
                    }
                }
                throw expected(text);
            }
        };
    }

    /** @throws IllegalArgumentException saying what was given and what was expected */
    public abstract T parse(String text);

    /** The value as it would be typed. */
    public String format(T value) {
        return value.toString();
    }

    /** What {@link #parse} makes. */
    public Class<T> javaType() {
        return javaType;
    }

    /** What may be given, for help and messages; empty where the option's help says it all. */
    public String range() {
        return range;
    }

    final IllegalArgumentException expected(String text) {
        return new IllegalArgumentException(text + " (expected: " + range + ')');
    }

    final long number(String text, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw expected(text);
        }
        if (value < min || value > max) {
            throw expected(text);
        }
        return value;
    }
}
