package org.jclone.cli.option;

import java.util.Objects;
import java.util.Optional;

/**
 * One option: everything that the parser, the help text and {@code docs/options.md} know of it. Two options are equal
 * only if they are the same; a record would pay for an equality by content, at each start, that nobody asks for.
 */
public final class Option<T> {

    /** The headings, in order. */
    public enum Section {
        DONOR("Donor"),
        TLS("TLS and keys"),
        TARGET("Target"),
        CLONE("Clone"),
        OUTPUT("Output");

        private final String heading;

        Section(String heading) {
            this.heading = heading;
        }

        public String heading() {
            return heading;
        }
    }

    private final Section section;
    private final String name;
    private final String label;
    private final ValueType<T> type;
    private final String help;
    private String shortName = "";
    private Optional<T> defaultValue = Optional.empty();
    private Optional<String> valueIfBare = Optional.empty();
    private boolean required;
    private boolean repeatable;

    private Option(Section section, String name, String label, ValueType<T> type, String help) {
        this.section = Objects.requireNonNull(section, "section");
        this.name = Objects.requireNonNull(name, "name");
        this.label = Objects.requireNonNull(label, "label");
        this.type = Objects.requireNonNull(type, "type");
        this.help = Objects.requireNonNull(help, "help");
    }

    /** An option with a value; or, if its name begins with no dash, an argument that stands for itself. */
    static <T> Option<T> of(Section section, String name, String label, ValueType<T> type, String help) {
        return new Option<>(section, name, label, type, help);
    }

    /** An option without a value. */
    static Option<Boolean> flag(Section section, String name, String help) {
        return new Option<>(section, name, "", ValueType.FLAG, help).withDefault(false);
    }

    Option<T> withShortName(String value) {
        shortName = value;
        return this;
    }

    Option<T> withDefault(T value) {
        defaultValue = Optional.of(value);
        return this;
    }

    /** Lets the value be left out; it then counts as {@code text}. */
    Option<T> orBare(String text) {
        valueIfBare = Optional.of(text);
        return this;
    }

    Option<T> mandatory() {
        required = true;
        return this;
    }

    Option<T> anyNumberOfTimes() {
        repeatable = true;
        return this;
    }

    /** The heading it stands under. */
    public Section section() {
        return section;
    }

    /** The long name, with its dashes. */
    public String name() {
        return name;
    }

    /** With its dash; empty if there is none. */
    public String shortName() {
        return shortName;
    }

    /** Stands for the value in help, as in {@code --user=USER}; empty for a flag. */
    public String label() {
        return label;
    }

    public ValueType<T> type() {
        return type;
    }

    /** One sentence or more. */
    public String help() {
        return help;
    }

    /** What applies where it is not given. */
    public Optional<T> defaultValue() {
        return defaultValue;
    }

    /** What the name alone means, for options whose value may be left out. */
    public Optional<String> valueIfBare() {
        return valueIfBare;
    }

    public boolean isRequired() {
        return required;
    }

    public boolean isRepeatable() {
        return repeatable;
    }

    public boolean isFlag() {
        return label.isEmpty();
    }

    public boolean isPositional() {
        return !name.startsWith("-");
    }

    /** The default as it would be typed; none for flags, which are simply there or not. */
    public Optional<String> defaultText() {
        return isFlag() ? Optional.empty() : defaultValue.map(type::format);
    }

    @Override
    public String toString() {
        return name;
    }
}
