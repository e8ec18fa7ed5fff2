package org.jclone.cli.output;

import java.io.PrintStream;
import java.util.Optional;
import org.jclone.json.DonorsJson;
import org.jclone.json.JsonObject;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorListener;

/** Writes what happens to the choice of a donor to the screen, and as JSON if wanted. */
public final class DonorReporter implements DonorListener {

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
            out.print(json(event) + "\n");
            out.flush();
        });
    }

    private static JsonObject json(DonorEvent event) {
        JsonObject object = new JsonObject().put("type", "donorEvent");
        if (event instanceof DonorEvent.Searched searched) {
            return DonorsJson.addTo(object.put("event", "searched").put("round", searched.round()), searched.table());
        }
        if (event instanceof DonorEvent.Chosen chosen) {
            return object.put("event", "chosen")
                    .put("donor", chosen.donor().address().toString())
                    .put("why", chosen.why());
        }
        if (event instanceof DonorEvent.Failed failed) {
            return object.put("event", "failed")
                    .put("donor", failed.donor().toString())
                    .put("code", failed.failure().code().name())
                    .put("message", String.valueOf(failed.failure().getMessage()))
                    .put("then", failed.then().name());
        }
        if (event instanceof DonorEvent.Waiting waiting) {
            return object.put("event", "waiting")
                    .put("busy", DonorsJson.brief(waiting.busy()))
                    .put("waitedSeconds", waiting.waited().toSeconds())
                    .put("limitSeconds", waiting.limit().toSeconds());
        }
        DonorEvent.RoundEnded ended = (DonorEvent.RoundEnded) event;
        return object.put("event", "roundEnded")
                .put("round", ended.round())
                .put("rounds", ended.rounds())
                .put("pauseSeconds", ended.pause().toSeconds());
    }
}
