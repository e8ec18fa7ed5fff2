package org.jclone.recipient.json;

/** Writes one flat JSON object (RFC 8259) on one line, with members in the order of the calls. */
public final class JsonLine {

    private final StringBuilder text = new StringBuilder("{");

    public JsonLine put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    public JsonLine put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(", ");
        }
        quote(name);
        text.append(": ");
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                String hex = Integer.toHexString(c);
                text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
