package org.jclone.daemon.http;

import java.util.OptionalLong;

/**
 * One server-sent event.
 *
 * @param id what a reader gives as {@code Last-Event-ID} to continue after it; empty for an event that is not repeated
 * @param name a word
 * @param data one line
 */
public record ServerEvent(OptionalLong id, String name, String data) {

    public ServerEvent {
        if (name.isEmpty() || hasLineBreak(name) || hasLineBreak(data)) {
            throw new IllegalArgumentException("an event of several lines: " + name);
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        id.ifPresent(number -> text.append("id: ").append(number).append('\n'));
        return text.append("event: ")
                .append(name)
                .append("\ndata: ")
                .append(data)
                .append("\n\n")
                .toString();
    }
}
