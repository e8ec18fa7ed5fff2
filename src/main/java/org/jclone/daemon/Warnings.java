package org.jclone.daemon;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator should know, since the daemon was started: the latest warnings, each text once. */
final class Warnings {

    static final int MOST = 50;

    private static final Logger LOGGER = LoggerFactory.getLogger(Warnings.class);

    /** Guarded by this, the oldest first. */
    private final Deque<String> texts = new ArrayDeque<>();

    /** Keeps a warning, and logs it. */
    void add(String text) {
        synchronized (this) {
            texts.remove(text);
            texts.addLast(text);
            if (texts.size() > MOST) {
                texts.removeFirst();
            }
        }
        LOGGER.atWarn().addKeyValue("reason", text).log("warning");
    }

    /** Returns the warnings that are kept, the oldest first. */
    synchronized List<String> all() {
        return List.copyOf(texts);
    }
}
