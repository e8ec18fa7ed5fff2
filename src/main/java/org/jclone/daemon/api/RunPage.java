package org.jclone.daemon.api;

import java.util.List;
import java.util.Optional;

/**
 * Some runs, the latest first.
 *
 * @param next the value of {@link RunQuery#before} for the page that follows; empty on the last page
 */
public record RunPage(List<RunStatus> runs, Optional<String> next) {

    public RunPage {
        runs = List.copyOf(runs);
    }
}
