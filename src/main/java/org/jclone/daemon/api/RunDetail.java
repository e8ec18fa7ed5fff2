package org.jclone.daemon.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of a run except its events.
 *
 * @param steps in the order in which they began; a step that was repeated is there twice
 * @param figures numbers by name, such as {@code data_bytes}, {@code network_bytes}, {@code files}, {@code reconnects},
 *     {@code max_connections}
 * @param versions such as {@code jclone} and {@code donor}
 * @param remarks what the operator should know, such as events that were disabled
 * @param result what a complete run says about the new server, by name, such as {@code server_uuid}
 */
public record RunDetail(
        RunStatus status,
        List<StepStatus> steps,
        Map<String, Long> figures,
        Map<String, String> versions,
        List<String> remarks,
        Optional<Map<String, String>> result) {

    public RunDetail {
        steps = List.copyOf(steps);
        figures = Map.copyOf(figures);
        versions = Map.copyOf(versions);
        remarks = List.copyOf(remarks);
        result = result.map(Map::copyOf);
    }
}
