package org.jclone.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    void writesElementsWithAttributesAndChildren() {
        Html.Element list = Html.of("ul", Html.of("li", "a"))
                .classed("x y")
                .add(Html.of("li").add("b"));
        assertThat(list.html()).isEqualTo("<ul class=\"x y\"><li>a</li><li>b</li></ul>");
        assertThat(Html.of("input").with("required", "").html()).isEqualTo("<input required=\"\">");
        assertThat(Html.link("/runs/1?a=b&c=d", "run").html()).isEqualTo("<a href=\"/runs/1?a=b&amp;c=d\">run</a>");
    }

    @Test
    void keepsTextText() {
        String hostile = "</p><script>alert('1')</script> & \" ' <img src=x onerror=alert(1)>";
        String shown = "&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot; &#39;"
                + " &lt;img src=x onerror=alert(1)&gt;";
        assertThat(Html.of("p", hostile).html()).isEqualTo("<p>" + shown + "</p>");
        assertThat(Html.of("p").with("title", hostile).html()).isEqualTo("<p title=\"" + shown + "\"></p>");
    }

    @Test
    void showsControlCharactersAndMarksOfDirectionAsCodes() {
        assertThat(Html.text("a\u0000b\u001b[2Jc\u202ed\ud800").html())
                .isEqualTo("a\\u0000b\\u001b[2Jc\\u202ed\\ud800");
        assertThat(Html.text("two\nlines").html()).isEqualTo("two\nlines");
        assertThat(Html.of("p").with("title", "two\nlines").html()).isEqualTo("<p title=\"two\\u000alines\"></p>");
    }

    @Test
    void leadsToThisServerOnly() {
        for (String elsewhere : List.of(
                "javascript:alert(1)",
                "//evil.example",
                "/\\evil.example",
                "https://evil.example/",
                "data:text/html,x",
                " /",
                "")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .describedAs(elsewhere)
                    .isThrownBy(() -> Html.link(elsewhere, "x"));
        }
        assertThat(Html.link("/", "x").html()).contains("href=\"/\"");
        assertThat(Html.link("#main", "x").html()).contains("href=\"#main\"");
    }

    @Test
    void hasNoCodeInThePage() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Html.of("script", "alert(1)"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Html.of("style", "p {}"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Html.of("p").with("onclick", "x"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Html.of("p").with("style", "x"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Html.of("p onclick=x"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Html.of("p").with("a b", "x"));
        assertThat(Html.of("script").with("src", "/page/page.js").html())
                .isEqualTo("<script src=\"/page/page.js\"></script>");
    }
}
