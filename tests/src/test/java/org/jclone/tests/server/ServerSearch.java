package org.jclone.tests.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of the search for servers.
 *
 * @param reasons why none is available
 */
record ServerSearch(Optional<ServerHost> host, String reasons) {

    /** Searches where {@code -Djclone.test.server} says. */
    static ServerSearch run() {
        String where = System.getProperty("jclone.test.server", "auto");
        List<String> reasons = new ArrayList<>();
        Optional<ServerHost> host = switch (where) {
            case "docker" -> ContainerServerHost.open(reasons);
            case "local" -> LocalServerHost.open(reasons);
            case "auto" -> either(reasons);
            default ->
                throw new IllegalArgumentException(
                        "jclone.test.server: " + where + " (expected: docker, local or auto)");
        };
        return new ServerSearch(host, String.join("; ", reasons));
    }

    /** Prefers a container only if no image must be pulled: without a registry, the attempt takes minutes. */
    private static Optional<ServerHost> either(List<String> reasons) {
        return EngineImages.suffice(ContainerServerHost.IMAGE)
                ? ContainerServerHost.open(reasons).or(() -> LocalServerHost.open(reasons))
                : LocalServerHost.open(reasons).or(() -> ContainerServerHost.open(reasons));
    }
}
