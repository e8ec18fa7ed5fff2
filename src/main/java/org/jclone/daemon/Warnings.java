package org.jclone.daemon;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator should know, since the daemon was started. Needs no lock: the list copies itself on each write. */
final class Warnings {

    private static final Logger LOGGER = LoggerFactory.getLogger(Warnings.class);

    private final List<String> texts = new CopyOnWriteArrayList<>();

    /** Keeps a warning, and logs it. */
    void add(String text) {
        texts.add(text);
        LOGGER.atWarn().addKeyValue("reason", text).log("warning");
    }

    /** Returns the warnings until now, the oldest first. */
    List<String> all() {
        return List.copyOf(texts);
    }
}
