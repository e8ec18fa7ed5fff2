package org.jclone.daemon.page;

import java.util.List;
import org.jclone.recipient.api.BandwidthLimits;

/** The questions that come before an order. The script opens them, and sends the order to the API. */
final class Dialogs {

    private Dialogs() {}

    /** Returns all dialogs. */
    static List<Html> all() {
        return List.of(start(), retry(), cancel(), throttle());
    }

    private static Html start() {
        return dialog(
                "start",
                "POST",
                "/v1/targets/{target}/runs",
                "Start a run",
                "Start",
                true,
                Html.of("p", "The run makes ")
                        .add(target())
                        .add(" a replica. Its directory holds: ")
                        .add(Html.of("b").with("data-fill", "holds"))
                        .add(". Data in it is replaced only if the configuration has replace."),
                Html.of("p", "jclone ctl donors rates the donors, and changes nothing.")
                        .classed("aside"));
    }

    private static Html retry() {
        return dialog(
                "retry",
                "POST",
                "/v1/runs/{run}/retry",
                "Continue the run",
                "Continue",
                true,
                Html.of("p", "A new run of ")
                        .add(target())
                        .add(" continues what this one left. Do first what the remedy says, if there is one."));
    }

    private static Html cancel() {
        return dialog(
                "cancel",
                "POST",
                "/v1/runs/{run}/cancel",
                "Stop the run",
                "Stop",
                false,
                Html.of("p", "The run of ").add(target()).add(" stops."),
                Html.of("fieldset", Html.of("legend", "What it did"))
                        .add(
                                choice("RESUMABLE", "is kept, and can be continued", true),
                                choice(
                                        "FOR_GOOD",
                                        "is undone: the clone is removed, and old data is put back",
                                        false)));
    }

    private static Html choice(String mode, String text, boolean isChosen) {
        Html.Element radio =
                Html.of("input").with("type", "radio").with("name", "mode").with("value", mode);
        return Html.of("label", isChosen ? radio.with("checked", "") : radio).add(" " + text);
    }

    private static Html throttle() {
        return dialog(
                "throttle",
                "PATCH",
                "/v1/throttle",
                "Limit all runs",
                "Apply",
                false,
                Html.of("label", "Data, MiB/s; 0 for no limit ").add(number("dataMiBPerSecond")),
                Html.of("label", "For ")
                        .add(Html.of("select")
                                .with("name", "hours")
                                .add(
                                        option("1", "an hour"),
                                        option("4", "4 hours"),
                                        option("12", "12 hours"),
                                        option("", "as long as the daemon runs"))));
    }

    private static Html number(String name) {
        return Html.of("input")
                .with("type", "number")
                .with("name", name)
                .with("min", "0")
                .with("max", Long.toString(BandwidthLimits.MAX_MIB_PER_SECOND))
                .with("required", "");
    }

    private static Html option(String value, String text) {
        return Html.of("option", text).with("value", value);
    }

    private static Html.Element button(String value, String label) {
        return Html.of("button", label).with("type", "submit").with("value", value);
    }

    private static Html target() {
        return Html.of("b").with("data-fill", "target");
    }

    /** @param isKeyed whether the order has a key, so that it makes one run even if it is sent twice */
    private static Html dialog(
            String name, String method, String path, String title, String label, boolean isKeyed, Html... content) {
        Html.Element form = Html.of("form", Html.of("h2", title).with("id", name + "-title"))
                .with("method", "dialog")
                .with("data-method", method)
                .with("data-path", path);
        if (isKeyed) {
            form = form.with("data-keyed", "");
        }
        // Enter presses the first button.
        Html.Element buttons =
                Html.of("p", button("send", label).classed("primary")).classed("buttons");
        if (name.equals("throttle")) {
            buttons = buttons.add(button("reset", "Return to the schedule").with("formnovalidate", ""));
        }
        buttons = buttons.add(button("back", "Back").with("formnovalidate", ""));
        form = form.add(content).add(Html.of("p").classed("refusal").with("role", "alert"), buttons);
        return Html.of("dialog", form).with("id", "dialog-" + name).with("aria-labelledby", name + "-title");
    }
}
