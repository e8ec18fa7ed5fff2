package org.jclone.provision.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.text.SqlText;
import org.jclone.recipient.api.Password;

/**
 * A statement with its values. {@link #toString} and errors never show the values, because any of them may be a secret.
 *
 * <pre>{@code
 * Statement.of("CREATE USER ?@'localhost' IDENTIFIED BY ?", user, password)
 * Statement.of("ALTER EVENT ?.? DISABLE ON REPLICA", Statement.name(schema), Statement.name(event))
 * }</pre>
 */
public final class Statement {

    private static final Pattern LEADING_WORDS = Pattern.compile("[A-Z_]+(?: [A-Z_]+){0,3}");

    /** A text of the server that shares this many characters with a secret is not shown. */
    private static final int REVEALING = 4;

    /** A name in backticks, as a value of a statement. */
    public record Name(String text) {

        public Name {
            Objects.requireNonNull(text, "text");
        }
    }

    private final String text;
    private final String template;
    private final List<String> secrets;

    private Statement(String text, String template, List<String> secrets) {
        this.text = text;
        this.template = template;
        this.secrets = List.copyOf(secrets);
    }

    /**
     * @param template with a question mark for each value, and no other question mark
     * @param values strings and GTID sets become literals, {@link Name}s names in backticks, numbers themselves;
     *     a {@link Password} becomes a literal that no error shows
     */
    public static Statement of(String template, Object... values) {
        StringBuilder text = new StringBuilder();
        List<String> secrets = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '?') {
                text.append(c);
            } else if (next == values.length) {
                throw new IllegalArgumentException("a value is missing: " + template);
            } else {
                append(text, values[next++], secrets);
            }
        }
        if (next < values.length) {
            throw new IllegalArgumentException("too many values: " + template);
        }
        return new Statement(text.toString(), template, secrets);
    }

    /** Returns a name in backticks, as a value of a statement. */
    public static Name name(String text) {
        return new Name(text);
    }

    private static void append(StringBuilder text, Object value, List<String> secrets) {
        if (value instanceof Password password) {
            byte[] utf8 = password.toUtf8();
            String secret = new String(utf8, StandardCharsets.UTF_8);
            Arrays.fill(utf8, (byte) 0);
            secrets.add(secret);
            text.append(SqlText.literal(secret));
        } else if (value instanceof String || value instanceof GtidSet) {
            text.append(SqlText.literal(value.toString()));
        } else if (value instanceof Name name) {
            text.append(SqlText.name(name.text()));
        } else if (value instanceof Integer || value instanceof Long) {
            text.append(value);
        } else {
            throw new IllegalArgumentException("a value of " + value.getClass());
        }
    }

    /** Returns the statement to send. It can contain secrets: never print it. */
    public String text() {
        return text;
    }

    /** Returns the first words, such as {@code CREATE USER}, to name the statement in an error. */
    public String words() {
        Matcher words = LEADING_WORDS.matcher(template);
        return words.lookingAt() ? words.group() : "a statement";
    }

    boolean hasSecrets() {
        return !secrets.isEmpty();
    }

    /** Whether a server's message may repeat a part of a secret of this statement. */
    boolean isRevealedBy(String message) {
        return secrets.stream().anyMatch(secret -> sharesARun(secret, message));
    }

    private static boolean sharesARun(String secret, String message) {
        int length = Math.min(REVEALING, secret.length());
        if (length == 0) {
            return false;
        }
        for (int i = 0; i + length <= secret.length(); i++) {
            if (message.contains(secret.substring(i, i + length))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the template, without values. */
    @Override
    public String toString() {
        return template;
    }
}
