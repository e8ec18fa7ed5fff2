package org.jclone.daemon.api;

import java.util.List;

/**
 * What reading the configuration again has changed.
 *
 * @param applied whether the new configuration is in effect
 * @param faults with file and line; none if it was applied
 * @param changes in words
 * @param postponed what takes effect later, and when, such as after the run of a target or at the next start
 */
public record ReloadReport(boolean applied, List<String> faults, List<String> changes, List<String> postponed) {

    public ReloadReport {
        faults = List.copyOf(faults);
        changes = List.copyOf(changes);
        postponed = List.copyOf(postponed);
    }
}
