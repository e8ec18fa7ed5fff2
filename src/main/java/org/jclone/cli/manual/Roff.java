package org.jclone.cli.manual;

import java.util.List;
import java.util.Locale;

/** Writes a manual page with the macros of man(7), which groff and mandoc have in common. */
final class Roff {

    /** Input lines above 80 bytes are bad style for mandoc. */
    private static final int WIDTH = 78;

    private final StringBuilder page = new StringBuilder();
    private boolean isSectionBegun;

    /** @param date the day of the release, {@code 2026-01-31} */
    Roff(String name, int section, String date, String version, String whatis) {
        line(".\\\" Generated from the declarations of the options; do not edit.");
        line(".TH " + escaped(name.toUpperCase(Locale.ROOT)) + ' ' + section + ' ' + date + " \"jclone " + version
                + "\" \"jclone manual\"");
        section("NAME");
        text(escaped(name) + " \\-", whatis);
    }

    Roff section(String heading) {
        line(".SH " + heading);
        return this;
    }

    Roff subsection(String heading) {
        line(".SS " + escaped(heading));
        return this;
    }

    Roff paragraph(String text) {
        line(".PP");
        return text(text);
    }

    /** Adds text to the paragraph before it. */
    Roff text(String text) {
        return text("", text);
    }

    /** @param begin the text begins with it; its characters are escaped already */
    private Roff text(String begin, String text) {
        StringBuilder row = new StringBuilder(begin);
        for (String word : text.strip().split("\\s+")) {
            String next = escaped(word);
            if (!row.isEmpty() && row.length() + 1 + next.length() > WIDTH) {
                line(row.toString());
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(next);
        }
        line(row.toString());
        return this;
    }

    /** Begins an entry of a list; its text follows. */
    Roff term(String bold, String rest) {
        line(".TP");
        line(bold(bold) + escaped(rest));
        return this;
    }

    /** Adds lines whose breaks stay. */
    Roff lines(List<String> lines) {
        if (!isSectionBegun) {
            line(".PP");
        }
        line(".nf");
        lines.forEach(text -> line(text.isEmpty() ? "" : escaped(text)));
        line(".fi");
        return this;
    }

    /** Adds the names of other pages, {@code jclone-fetch(1)}. */
    Roff references(List<String> pages) {
        for (int i = 0; i < pages.size(); i++) {
            String page = pages.get(i);
            int parenthesis = page.indexOf('(');
            line(".BR " + escaped(page.substring(0, parenthesis)) + ' ' + page.substring(parenthesis)
                    + (i < pages.size() - 1 ? "," : ""));
        }
        return this;
    }

    private static String bold(String text) {
        return "\\fB" + escaped(text).replaceFirst("^\\\\&", "") + "\\fP";
    }

    /** Returns text that is printed as it is, and can be copied from the page into a shell. */
    static String escaped(String text) {
        String plain = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("\"", "\\(dq");
        return plain.startsWith(".") ? "\\&" + plain : plain;
    }

    private void line(String text) {
        isSectionBegun = text.startsWith(".S");
        page.append(text).append('\n');
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
