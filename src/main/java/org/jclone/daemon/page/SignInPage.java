package org.jclone.daemon.page;

import java.util.List;
import java.util.Optional;
import org.jclone.daemon.http.Problem;

/** The pages for readers who must sign in, lack access, or asked for something that does not exist. */
final class SignInPage {

    private static final int NOT_AUTHENTICATED = 401;

    private SignInPage() {}

    /** Returns the page that describes a problem. */
    static Layout.Page of(Problem problem, String path) {
        return problem.status() == NOT_AUTHENTICATED ? form(Optional.empty(), path) : problem(problem);
    }

    /** @param path the page to return to */
    static Layout.Page form(Optional<String> fault, String path) {
        Html.Element form = Html.of("form")
                .with("action", Pages.SIGN_IN)
                .with("method", "post")
                .classed("sign-in")
                .add(
                        Html.of("label", "Token").with("for", "token"),
                        Html.of("input")
                                .with("id", "token")
                                .with("name", "token")
                                .with("type", "password")
                                .with("autocomplete", "current-password")
                                .with("required", "")
                                .with("aria-describedby", "token-help"),
                        Html.of("input")
                                .with("type", "hidden")
                                .with("name", "path")
                                .with("value", path),
                        Html.of("button", "Sign in").with("type", "submit"),
                        Html.of("p")
                                .with("id", "token-help")
                                .classed("aside")
                                .add("A line of ")
                                .add(Html.of("code", "api-token-file"))
                                .add(
                                        " has it: the third word. The session ends after 12 hours, or when the line is removed."));
        Html.Element content = Html.of("section", Html.of("h1", "Sign in")).classed("narrow");
        if (fault.isPresent()) {
            content = content.add(Html.of("p", fault.get()).classed("warning").with("role", "alert"));
        }
        return new Layout.Page("Sign in", "", Optional.empty(), Optional.empty(), false, List.of(content.add(form)));
    }

    private static Layout.Page problem(Problem problem) {
        Html content = Html.of(
                        "section",
                        Html.of("h1", problem.title()),
                        Html.of("p", problem.detail()),
                        Html.of("p", problem.hint()).classed("remedy"),
                        Html.of("p", Html.link("/", "Overview")))
                .classed("narrow");
        return new Layout.Page(problem.title(), "", Optional.empty(), Optional.empty(), false, List.of(content));
    }
}
