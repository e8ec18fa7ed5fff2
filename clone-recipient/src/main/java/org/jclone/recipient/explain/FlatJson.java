package org.jclone.recipient.explain;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads the strings and numbers of one JSON object and skips nested values; a line of a log needs no more. Stops at
 * invalid JSON, and keeps what was read before it.
 */
final class FlatJson {

    private final String text;
    private int at;

    private FlatJson(String text) {
        this.text = text;
    }

    static Map<String, String> members(String text) {
        Map<String, String> members = new HashMap<>();
        FlatJson json = new FlatJson(text);
        json.at = 1;
        while (json.skipTo('"')) {
            String name = json.string();
            if (!json.skipTo(':')) {
                break;
            }
            json.value(name, members);
        }
        return members;
    }

    /** Skips blanks and commas, then {@code wanted}; returns false if another character comes first. */
    private boolean skipTo(char wanted) {
        while (at < text.length() && (text.charAt(at) <= ' ' || text.charAt(at) == ',')) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void value(String name, Map<String, String> members) {
        if (skipTo('"')) {
            members.put(name, string());
        } else if (at < text.length() && (text.charAt(at) == '{' || text.charAt(at) == '[')) {
            skipNested();
        } else {
            int begin = at;
            while (at < text.length() && ",}".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            members.put(name, text.substring(begin, at).strip());
        }
    }

    private void skipNested() {
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                string();
            } else if (c == '{' || c == '[') {
                depth++;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                return;
            }
        }
    }

    /** Reads a string from behind its opening quote to behind its closing quote. */
    private String string() {
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            value.append(c == '\\' && at < text.length() ? escaped(text.charAt(at++)) : c);
        }
        return value.toString();
    }

    private char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> c;
        };
    }

    private char unicode() {
        try {
            int end = Math.min(text.length(), at + 4);
            char c = (char) Integer.parseInt(text.substring(at, end), 16);
            at = end;
            return c;
        } catch (NumberFormatException e) {
            return '?';
        }
    }
}
