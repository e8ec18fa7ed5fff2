package org.jclone.daemon.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jclone.protocol.text.Printable;

/**
 * A part of a page. Whatever text it is given, it stays text: characters with a meaning in HTML are escaped, control
 * characters and marks that change the writing direction are shown as codes, and a link leads to this server only.
 */
sealed interface Html {

    /** Writes the part as HTML. */
    void write(StringBuilder out);

    /** Returns the part as HTML. */
    default String html() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }

    static Html text(String text) {
        return new Text(text);
    }

    /** Returns an element; the name is a constant of the program. */
    static Element of(String name, Html... children) {
        return new Element(name, Map.of(), List.of(children));
    }

    /** Returns an element that holds a text. */
    static Element of(String name, String text) {
        return of(name, new Text(text));
    }

    /** Returns a link to a path of this server. */
    static Element link(String path, String text) {
        return of("a", text).with("href", path);
    }

    /** A text. */
    record Text(String text) implements Html {

        @Override
        public void write(StringBuilder out) {
            escape(Printable.lines(text), out);
        }
    }

    /** An element with its attributes and children. */
    record Element(String name, Map<String, String> attributes, List<Html> children) implements Html {

        private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
        private static final Set<String> WITHOUT_END = Set.of("br", "hr", "input", "link", "meta");
        private static final Set<String> LINKS = Set.of("href", "src", "action");

        public Element {
            attributes = new LinkedHashMap<>(attributes);
            children = List.copyOf(children);
            checkName(name);
            attributes.keySet().forEach(Element::checkName);
            boolean isCode = name.equals("style") || name.equals("script") && !children.isEmpty();
            boolean hasCode =
                    attributes.keySet().stream().anyMatch(each -> each.startsWith("on") || each.equals("style"));
            if (isCode || hasCode) {
                throw new IllegalArgumentException("styles and scripts are files of their own: " + name);
            }
            for (String link : LINKS) {
                String target = attributes.getOrDefault(link, "#");
                if (!target.startsWith("#") && !target.matches("/([^/\\\\].*)?")) {
                    throw new IllegalArgumentException("a link to another place: " + target);
                }
            }
        }

        private static void checkName(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("no name: " + name);
            }
        }

        /** Returns the element with one more attribute. */
        Element with(String attribute, String value) {
            Map<String, String> more = new LinkedHashMap<>(attributes);
            more.put(attribute, value);
            return new Element(name, more, children);
        }

        /** Returns the element with classes of the style sheet. */
        Element classed(String classes) {
            return with("class", classes);
        }

        /** Returns the element with more children. */
        Element add(Html... more) {
            return add(List.of(more));
        }

        Element add(Collection<? extends Html> more) {
            List<Html> all = new ArrayList<>(children);
            all.addAll(more);
            return new Element(name, attributes, all);
        }

        /** Returns the element with one more child, a text. */
        Element add(String text) {
            return add(new Text(text));
        }

        @Override
        public void write(StringBuilder out) {
            out.append('<').append(name);
            attributes.forEach((attribute, value) -> {
                out.append(' ').append(attribute).append("=\"");
                escape(Printable.of(value), out);
                out.append('"');
            });
            out.append('>');
            if (!WITHOUT_END.contains(name)) {
                children.forEach(child -> child.write(out));
                out.append("</").append(name).append('>');
            }
        }
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
    }
}
