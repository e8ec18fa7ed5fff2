package org.jclone.cli.output;

import java.io.PrintStream;
import java.util.Optional;
import org.jclone.json.DonorsJson;
import org.jclone.json.JsonObject;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorListener;

/** Writes what happens to the choice of a donor to the screen, and as JSON if wanted. */
public final class DonorReporter implements DonorListener {

    private static final DonorEvent.Handler<JsonObject> JSON = new DonorEvent.Handler<>() {

        @Override
        public JsonObject onSearched(DonorEvent.Searched event) {
            return DonorsJson.addTo(object("searched").put("round", event.round()), event.table());
        }

        @Override
        public JsonObject onChosen(DonorEvent.Chosen event) {
            return object("chosen")
                    .put("donor", event.donor().address().toString())
                    .put("why", event.why());
        }

        @Override
        public JsonObject onFailed(DonorEvent.Failed event) {
            return object("failed")
                    .put("donor", event.donor().toString())
                    .put("code", event.failure().code().name())
                    .put("message", String.valueOf(event.failure().getMessage()))
                    .put("then", event.then().name());
        }

        @Override
        public JsonObject onWaiting(DonorEvent.Waiting event) {
            return object("waiting")
                    .put("busy", DonorsJson.brief(event.busy()))
                    .put("waitedSeconds", event.waited().toSeconds())
                    .put("limitSeconds", event.limit().toSeconds());
        }

        @Override
        public JsonObject onRoundEnded(DonorEvent.RoundEnded event) {
            return object("roundEnded")
                    .put("round", event.round())
                    .put("rounds", event.rounds())
                    .put("pauseSeconds", event.pause().toSeconds());
        }

        private JsonObject object(String event) {
            return new JsonObject().put("type", "donorEvent").put("event", event);
        }
    };

    private final Screen screen;
    private final Optional<PrintStream> json;

    /** @param json takes one object a line */
    public DonorReporter(Screen screen, Optional<PrintStream> json) {
        this.screen = screen;
        this.json = json;
    }

    @Override
    public void onEvent(DonorEvent event) {
        screen.setStatus("");
        DonorEventText.lines(event).forEach(screen::println);
        json.ifPresent(out -> {
            out.print(event.accept(JSON) + "\n");
            out.flush();
        });
    }
}
