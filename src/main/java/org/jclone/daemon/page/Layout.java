package org.jclone.daemon.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Response;

/**
 * What all pages have: head, navigation, foot, and the headers that restrict a browser to the files of this server.
 *
 * @param edition of the program
 * @param machine the host's name, which tells one window from another
 */
record Layout(String edition, String machine) {

    static final String STYLE = "/page/page.css";
    static final String SCRIPT = "/page/page.js";
    static final String ICON = "/page/icon.svg";

    /** The headers of each page and its files. */
    static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy",
            "no-referrer",
            "X-Frame-Options",
            "DENY",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    /**
     * One page.
     *
     * @param current the path that the navigation marks as current
     * @param live the path of the stream that updates it; empty if it does not change
     * @param reader empty if nobody has signed in
     * @param canSignOut whether the reader has a session
     */
    record Page(
            String title,
            String current,
            Optional<String> live,
            Optional<Caller> reader,
            boolean canSignOut,
            List<Html> content) {}

    Response.Full response(int status, Page page) {
        return new Response.Full(
                status,
                "text/html; charset=utf-8",
                "<!doctype html>\n" + document(page).html() + "\n",
                HEADERS);
    }

    static Response.Full file(String type, String content) {
        return new Response.Full(200, type, content, HEADERS);
    }

    /** Returns an answer that leads to another path. */
    static Response.Full redirect(String path) {
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("Location", path);
        return new Response.Full(303, "text/plain; charset=utf-8", "", headers);
    }

    private Html document(Page page) {
        Html.Element body = Html.of("body");
        if (page.live().isPresent()) {
            body = body.with("data-live", page.live().get());
        }
        Html.Element main =
                Html.of("main").with("id", "main").with("tabindex", "-1").add(page.content());
        return Html.of(
                        "html",
                        head(page.title()),
                        body.add(Html.link("#main", "Skip to the content").classed("skip"), header(page))
                                .add(connection(page), main, foot(page))
                                .add(Html.of("p")
                                        .with("id", "announcer")
                                        .classed("unseen")
                                        .with("role", "status")))
                .with("lang", "en")
                .with("data-edition", edition);
    }

    private Html head(String title) {
        return Html.of(
                "head",
                Html.of("meta").with("charset", "utf-8"),
                Html.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Html.of("meta").with("name", "color-scheme").with("content", "light dark"),
                Html.of("title", title + suffix()),
                Html.of("link")
                        .with("rel", "icon")
                        .with("type", "image/svg+xml")
                        .with("href", ICON),
                Html.of("link").with("rel", "stylesheet").with("href", STYLE),
                Html.of("script").with("type", "module").with("src", SCRIPT));
    }

    /** Returns the suffix of the titles of all pages. */
    String suffix() {
        return " \u2013 jclone" + (machine.isEmpty() ? "" : " on " + machine);
    }

    private Html header(Page page) {
        Html.Element nav = Html.of("nav").with("aria-label", "Pages");
        nav = nav.add(entry("/", "Overview", page), entry("/history", "History", page));
        Html.Element header = Html.of(
                "header",
                Html.of("p", Html.of("b", "jclone"), Html.text(machine.isEmpty() ? "" : " on " + machine))
                        .classed("brand"));
        if (page.reader().isEmpty()) {
            return header;
        }
        Caller reader = page.reader().get();
        String may = Pages.operates(reader) ? "may operate" : "may look";
        header = header.add(nav, Html.of("p", reader.name() + ", " + may).classed("reader"));
        if (!page.canSignOut()) {
            return header;
        }
        return header.add(Html.of("form", Html.of("button", "Sign out").with("type", "submit"))
                .with("action", Pages.SIGN_OUT)
                .with("method", "post"));
    }

    private static Html entry(String path, String name, Page page) {
        Html.Element link = Html.link(path, name);
        return page.current().equals(path) ? link.with("aria-current", "page") : link;
    }

    /** Returns the element that shows whether the page is up to date. */
    private static Html connection(Page page) {
        if (page.live().isEmpty()) {
            return Html.of("div").with("id", "connection");
        }
        return Html.of(
                        "div",
                        Html.of("noscript")
                                .add(Html.of(
                                                "p",
                                                "Without JavaScript this page shows the moment at which it was loaded, and"
                                                        + " changes nothing. ")
                                        .add(Html.of("a", "Load it again").with("href", page.current()))))
                .with("id", "connection")
                .with("role", "status");
    }

    private Html foot(Page page) {
        Html.Element line = Html.of("p", "jclone " + edition + ". Times are UTC. ");
        return Html.of("footer", page.reader().isEmpty() ? line : line.add(Html.link("/v1/openapi.json", "API")));
    }
}
