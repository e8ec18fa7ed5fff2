package org.jclone.daemon.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.daemon.http.EventFeed;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.ServerEvent;
import org.jclone.json.JsonObject;

/** Sends a browser the parts of its page that have changed, about once a second. */
final class PictureFeed implements EventFeed {

    /** After this many pictures, five minutes, the browser must connect again, which checks its session. */
    static final int MOST_PICTURES = 300;

    /** Takes pictures of a page. */
    @FunctionalInterface
    interface Camera {
        Picture take() throws ProblemException;
    }

    private final Camera camera;
    private final Pulse pulse;
    private final String edition;
    private final String suffix;
    private final Map<String, String> sent = new HashMap<>();
    private String title = "";
    private String headline = "";
    private int taken;
    private Optional<Picture> first = Optional.empty();
    private Runnable stop = () -> {};

    /**
     * @param edition of the program: a browser that has another one loads its page again
     * @param suffix of all titles
     */
    PictureFeed(Camera camera, Pulse pulse, String edition, String suffix) {
        this.camera = camera;
        this.pulse = pulse;
        this.edition = edition;
        this.suffix = suffix;
    }

    @Override
    public void open(Runnable wakeUp) throws ProblemException {
        first = Optional.of(camera.take()); // a page that does not exist is refused now
        stop = pulse.call(wakeUp);
    }

    @Override
    public Batch poll() throws ProblemException {
        Picture picture = first.isPresent() ? first.get() : camera.take();
        first = Optional.empty();
        List<ServerEvent> events = new ArrayList<>();
        taken++;
        if (taken == 1) {
            headline = picture.headline(); // the page says it already
            events.add(event("hello", new JsonObject().put("edition", edition)));
        }
        picture.regions().forEach((id, region) -> {
            String html = region.html();
            if (!html.equals(sent.put(id, html))) {
                events.add(event("region", new JsonObject().put("id", id).put("html", html)));
            }
        });
        if (!picture.news().isEmpty()) {
            StringBuilder rows = new StringBuilder();
            picture.news().forEach(row -> row.write(rows));
            events.add(new ServerEvent(
                    picture.lastEvent(),
                    "news",
                    new JsonObject().put("html", rows.toString()).toString()));
        }
        if (!picture.title().equals(title)) {
            title = picture.title();
            events.add(event("title", new JsonObject().put("text", title + suffix)));
        }
        if (!picture.headline().equals(headline)) {
            headline = picture.headline();
            events.add(event("say", new JsonObject().put("text", headline)));
        }
        boolean isLast = picture.isOver() || taken == MOST_PICTURES;
        if (isLast) {
            events.add(event(picture.isOver() ? "over" : "again", new JsonObject()));
        }
        return new Batch(events, false, isLast);
    }

    private static ServerEvent event(String name, JsonObject data) {
        return new ServerEvent(OptionalLong.empty(), name, data.toString());
    }

    @Override
    public void close() {
        stop.run();
    }
}
