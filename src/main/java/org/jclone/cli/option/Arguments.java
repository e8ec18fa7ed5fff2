package org.jclone.cli.option;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was given on the command line, converted and checked. Options that were not given have their default. */
public final class Arguments {

    private final Map<Option<?>, List<?>> given;

    /** @param given the values of each option, in the order they were given; no entry for an option that was not */
    Arguments(Map<Option<?>, List<?>> given) {
        this.given = Map.copyOf(given);
    }

    /** The value given last, or the default. */
    public <T> Optional<T> find(Option<T> option) {
        List<T> values = all(option);
        return values.isEmpty() ? option.defaultValue() : Optional.of(values.get(values.size() - 1));
    }

    /** The value of an option that has a default or is mandatory. */
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option.name() + " has no value"));
    }

    /** Every value given; none if it was not given. */
    public <T> List<T> all(Option<T> option) {
        Class<T> type = option.type().javaType();
        return given.getOrDefault(option, List.of()).stream().map(type::cast).toList();
    }

    public boolean has(Option<?> option) {
        return given.containsKey(option);
    }
}
