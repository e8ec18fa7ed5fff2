package org.jclone.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

    @Test
    void keepsTheOrderOfMembers() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("b", "1");
        map.put("a", "2");
        JsonObject object = new JsonObject()
                .put("text", "x")
                .put("number", -5)
                .putMillisAsSeconds("seconds", 61_005)
                .put("none", Optional.empty())
                .put("some", Optional.of("y"))
                .put("list", List.of(new JsonObject(), new JsonObject().put("i", 1)))
                .put("map", map);
        assertThat(object)
                .hasToString("{\"text\":\"x\",\"number\":-5,\"seconds\":61.005,\"none\":null,\"some\":\"y\","
                        + "\"list\":[{},{\"i\":1}],\"map\":{\"b\":\"1\",\"a\":\"2\"}}");
    }

    @Test
    void escapesWhatCouldEndAStringOrALine() {
        assertThat(new JsonObject().put("k\"", "a\"b\\c\nd\re\tf\0g\033h\u007f"))
                .hasToString("{\"k\\\"\":\"a\\\"b\\\\c\\nd\\re\\tf\\u0000g\\u001bh\\u007f\"}");
    }

    @Test
    void keepsCharactersAndEscapesUnpairedSurrogates() {
        assertThat(new JsonObject().put("k", "äöü 漢字 😀")).hasToString("{\"k\":\"äöü 漢字 😀\"}");
        assertThat(new JsonObject().put("k", "\ud83d!")).hasToString("{\"k\":\"\\ud83d!\"}");
        assertThat(new JsonObject().put("k", "!\ude00")).hasToString("{\"k\":\"!\\ude00\"}");
    }
}
