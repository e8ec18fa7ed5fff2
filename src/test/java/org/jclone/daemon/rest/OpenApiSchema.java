package org.jclone.daemon.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares JSON with a schema of the OpenAPI document. Knows the keywords that the document uses. */
final class OpenApiSchema {

    private final Map<String, Object> document;

    OpenApiSchema(Map<String, Object> document) {
        this.document = document;
    }

    static Map<String, Object> map(Object value) {
        @SuppressWarnings("unchecked")
        Map<String, Object> map = (Map<String, Object>) value;
        return map;
    }

    /** Returns what is at the end of a path of names. */
    Map<String, Object> at(String... path) {
        Map<String, Object> place = document;
        for (String name : path) {
            assertThat(place).describedAs(String.join("/", path)).containsKey(name);
            place = map(place.get(name));
        }
        return place;
    }

    void check(Object value, Map<String, Object> schema, String where) {
        if (schema.containsKey("$ref")) {
            String name = ((String) schema.get("$ref")).replace("#/components/schemas/", "");
            check(value, at("components", "schemas", name), where);
            return;
        }
        if (value == null) {
            assertThat(schema.get("nullable")).describedAs(where + " is null").isEqualTo(true);
            return;
        }
        switch ((String) schema.get("type")) {
            case "string" -> assertThat(value).describedAs(where).isInstanceOf(String.class);
            case "integer" -> assertThat(value).describedAs(where).isInstanceOf(Long.class);
            case "number" -> assertThat(value).describedAs(where).isInstanceOf(Number.class);
            case "boolean" -> assertThat(value).describedAs(where).isInstanceOf(Boolean.class);
            case "array" -> ((List<?>) value).forEach(each -> check(each, map(schema.get("items")), where + "[]"));
            case "object" -> checkObject(map(value), schema, where);
            default -> throw new AssertionError(where + ": " + schema);
        }
        if (schema.get("enum") instanceof List<?> words) {
            assertThat(words).describedAs(where).anyMatch(value::equals);
        }
    }

    private void checkObject(Map<String, Object> object, Map<String, Object> schema, String where) {
        if (schema.containsKey("additionalProperties")) {
            object.forEach((name, value) -> check(value, map(schema.get("additionalProperties")), where + '.' + name));
        } else if (schema.containsKey("properties")) {
            Map<String, Object> properties = map(schema.get("properties"));
            assertThat(properties.keySet()).describedAs(where).containsAll(object.keySet());
            Set<?> required = Set.copyOf((List<?>) schema.get("required"));
            assertThat(required).describedAs(where).allMatch(object::containsKey);
            object.forEach((name, value) -> check(value, map(properties.get(name)), where + '.' + name));
        }
    }
}
