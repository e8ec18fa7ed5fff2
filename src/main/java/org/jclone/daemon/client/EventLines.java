package org.jclone.daemon.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;

/** Reads server-sent events. */
final class EventLines {

    private final DaemonClient.StreamListener listener;
    private Optional<String> id = Optional.empty();
    private String name = "";
    private String data = "";

    EventLines(DaemonClient.StreamListener listener) {
        this.listener = listener;
    }

    /** Reads to the end. */
    void read(InputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                end();
            } else if (line.startsWith("id: ")) {
                id = Optional.of(line.substring(4));
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            }
        }
    }

    private void end() throws IOException {
        if (!data.isEmpty()) {
            listener.onEvent(id, name, JsonTree.parse(data));
        }
        id = Optional.empty();
        name = "";
        data = "";
    }
}
