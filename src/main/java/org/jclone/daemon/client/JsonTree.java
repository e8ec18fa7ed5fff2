package org.jclone.daemon.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON object that was read, with the text it was read from. A missing member and null are the same. */
public final class JsonTree {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String text;
    private final Map<String, Object> members;

    private JsonTree(String text, Map<String, Object> members) {
        this.text = text;
        this.members = members;
    }

    static JsonTree parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is no JSON object");
            }
            return new JsonTree(text.strip(), members(parser));
        }
    }

    private static Map<String, Object> members(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                members.put(name, value);
            }
        }
        return members;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> new JsonTree("", members(parser));
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).map(Object::toString);
    }

    public Optional<Long> number(String name) {
        return value(name, BigDecimal.class).map(BigDecimal::longValue);
    }

    public Optional<Instant> time(String name) {
        return text(name).map(Instant::parse);
    }

    /** Returns seconds with decimals as a time. */
    public Optional<Duration> seconds(String name) {
        return value(name, BigDecimal.class)
                .map(value -> Duration.ofMillis(value.movePointRight(3).longValue()));
    }

    public boolean is(String name) {
        return value(name, Boolean.class).orElse(false);
    }

    public Optional<JsonTree> object(String name) {
        return value(name, JsonTree.class);
    }

    public List<JsonTree> objects(String name) {
        return list(name).stream()
                .filter(JsonTree.class::isInstance)
                .map(JsonTree.class::cast)
                .toList();
    }

    public List<String> texts(String name) {
        return list(name).stream().map(String::valueOf).toList();
    }

    /** Returns all members as text. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        members.forEach((name, value) -> texts.put(name, value.toString()));
        return texts;
    }

    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        return text(name).map(word -> Enum.valueOf(type, word));
    }

    private List<?> list(String name) {
        Object value = members.get(name);
        return value instanceof List<?> list ? list : List.of();
    }

    private <T> Optional<T> value(String name, Class<T> type) {
        return Optional.ofNullable(members.get(name)).filter(type::isInstance).map(type::cast);
    }

    /** Returns the JSON as the daemon wrote it; empty for a part of it. */
    @Override
    public String toString() {
        return text;
    }
}
