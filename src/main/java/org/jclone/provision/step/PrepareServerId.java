package org.jclone.provision.step;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;

/** Chooses the {@code server_id} of the new server. */
final class PrepareServerId {

    /** Random ids start here, because people choose lower ones. */
    private static final long FIRST_RANDOM_ID = 1 << 24;

    private static final long LAST_ID = 0xffff_ffffL;

    private final Run run;

    PrepareServerId(Run run) {
        this.run = run;
    }

    /** Keeps an id of the option files that nobody else has; chooses a random one otherwise. */
    void choose(SourceFacts source, Optional<DonorIdentity> donor) throws CloneException {
        Set<Long> taken = new TreeSet<>(source.serverIds());
        donor.ifPresent(identity -> taken.add(identity.serverId()));
        choose(taken);
    }

    /** @param taken the ids of other servers */
    void choose(Set<Long> taken) throws CloneException {
        if (run.record().has(Fact.SERVER_ID)) {
            return;
        }
        long configured = run.effective()
                .value("server_id")
                .map(text -> Rows.number(text).orElse(0))
                .orElse(0L);
        boolean free = configured > 1 && !taken.contains(configured);
        long id = configured;
        while (!free) {
            id = ThreadLocalRandom.current().nextLong(FIRST_RANDOM_ID, LAST_ID);
            free = !taken.contains(id);
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("server_id of the option files", Long.toString(configured));
        inputs.put("taken", taken.toString());
        run.report().decided("server_id", Long.toString(id), inputs);
        run.record().set(Fact.SERVER_ID, Long.toString(id));
    }
}
