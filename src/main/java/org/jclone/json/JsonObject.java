package org.jclone.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.text.Printable;

/** One JSON object, which is printed on one line with its members in insertion order. */
public final class JsonObject {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

    /** Values are strings, numbers, booleans, null, objects of this class, and lists of those. */
    private final Map<String, Object> members = new LinkedHashMap<>();

    public JsonObject put(String name, String value) {
        return add(name, value);
    }

    public JsonObject put(String name, long value) {
        return add(name, value);
    }

    /** Adds a duration in seconds, with milliseconds as decimals. */
    public JsonObject putMillisAsSeconds(String name, long millis) {
        return add(name, BigDecimal.valueOf(millis, 3));
    }

    public JsonObject put(String name, boolean value) {
        return add(name, value);
    }

    /** Adds null if the value is unknown. */
    public JsonObject putIfKnown(String name, Optional<Boolean> value) {
        return add(name, value.orElse(null));
    }

    public JsonObject put(String name, JsonObject value) {
        return add(name, value);
    }

    /** Adds null if there is no value. */
    public JsonObject put(String name, Optional<String> value) {
        return add(name, value.orElse(null));
    }

    public JsonObject put(String name, List<JsonObject> values) {
        return add(name, values);
    }

    public JsonObject putStrings(String name, List<String> values) {
        return add(name, values);
    }

    /** Adds an object with one member per entry, in the map's order. */
    public JsonObject put(String name, Map<String, String> members) {
        JsonObject object = new JsonObject();
        members.forEach(object::put);
        return add(name, object);
    }

    /**
     * Returns the JSON. Characters that are unsafe on a terminal are escaped; outside strings JSON has none, so the escapes of
     * {@link Printable} are those of JSON.
     */
    @Override
    public String toString() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not from a StringWriter
        }
        return Printable.of(text.toString());
    }

    private JsonObject add(String name, Object value) {
        members.put(name, value);
        return this;
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof JsonObject object) {
            json.writeStartObject();
            for (Map.Entry<String, Object> member : object.members.entrySet()) {
                json.writeFieldName(member.getKey());
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else {
            json.writeObject(value);
        }
    }
}
