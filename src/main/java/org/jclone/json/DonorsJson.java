package org.jclone.json;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jclone.provision.donor.Candidate;
import org.jclone.provision.donor.DonorFacts;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.donor.Obstacle;
import org.jclone.provision.donor.RatedDonor;
import org.jclone.provision.server.Version;

/** The candidates for a clone as one JSON object. */
public final class DonorsJson {

    private DonorsJson() {}

    public static JsonObject of(DonorTable table) {
        return addTo(new JsonObject().put("type", "donors"), table).put("exitStatus", table.exitStatus());
    }

    public static JsonObject addTo(JsonObject object, DonorTable table) {
        return object.put("best", table.best().map(donor -> donor.address().toString()))
                .put("donors", table.donors().stream().map(DonorsJson::donor).toList())
                .putStrings("notes", table.notes());
    }

    private static JsonObject donor(RatedDonor donor) {
        Candidate candidate = donor.candidate();
        Optional<DonorFacts> facts = candidate.facts();
        JsonObject object = new JsonObject()
                .put("donor", donor.address().toString())
                .put("origin", name(candidate.origin()))
                .put("suitable", donor.isSuitable())
                .put("score", donor.score())
                .putStrings("reasons", donor.reasons())
                .put(
                        "obstacles",
                        donor.obstacles().stream().map(DonorsJson::obstacle).toList())
                .put("serverUuid", facts.map(DonorFacts::uuid))
                .put("version", facts.map(DonorFacts::version).map(Version::text))
                .put("role", facts.map(DonorFacts::role).map(DonorsJson::name))
                .put("memberState", facts.flatMap(DonorFacts::memberState))
                .put("stopped", facts.flatMap(DonorFacts::stopped));
        facts.flatMap(DonorFacts::lag).ifPresent(lag -> object.put("lagSeconds", lag.toSeconds()));
        facts.ifPresent(seen -> {
            seen.threadsRunning().ifPresent(running -> object.put("threadsRunning", running));
            object.putMillisAsSeconds("answerSeconds", seen.answerTime().toMillis())
                    .put("gtidExecuted", seen.executed().toString());
        });
        return object;
    }

    private static JsonObject obstacle(Obstacle obstacle) {
        return new JsonObject()
                .put("text", obstacle.text())
                .put("remedy", obstacle.remedy())
                .put("code", obstacle.code().name())
                .put("mayPass", obstacle.passing());
    }

    public static List<JsonObject> brief(List<RatedDonor> donors) {
        return donors.stream()
                .map(donor -> new JsonObject()
                        .put("donor", donor.address().toString())
                        .put(
                                "obstacles",
                                donor.obstacles().stream()
                                        .map(DonorsJson::obstacle)
                                        .toList()))
                .toList();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
