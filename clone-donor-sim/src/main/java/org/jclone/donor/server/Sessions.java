package org.jclone.donor.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The open connections by id, for KILL. Thread-safe. */
final class Sessions {

    private final Map<Long, DonorSession> open = new ConcurrentHashMap<>();

    void add(DonorSession session) {
        open.put(session.id(), session);
    }

    void remove(DonorSession session) {
        open.remove(session.id(), session);
    }

    Optional<DonorSession> find(long id) {
        return Optional.ofNullable(open.get(id));
    }

    List<DonorSession> all() {
        return List.copyOf(open.values());
    }
}
