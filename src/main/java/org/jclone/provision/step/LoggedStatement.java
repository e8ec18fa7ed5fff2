package org.jclone.provision.step;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names what a statement in a binary log changes, and nothing else of it: the rest may contain a password. */
final class LoggedStatement {

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final String NAME = "(`(?:[^`]|``)+`|[\\w$\\x{80}-\\x{ffff}]+)";

    private static final Pattern USE = Pattern.compile("use `((?:[^`]|``)+)`; (.*)", FLAGS);
    private static final Pattern COMMENTS = Pattern.compile("(?:\\s+|/\\*.*?\\*/|-- [^\\n]*\\n|#[^\\n]*\\n)+", FLAGS);

    /** Statements that only begin or end a transaction. */
    private static final Pattern FRAME =
            Pattern.compile("(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|FLUSH)\\b.*", FLAGS);

    private static final Pattern OF_ROWS = Pattern.compile(
            "(?:INSERT|REPLACE|UPDATE|DELETE)\\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|QUICK|IGNORE|INTO|FROM)\\s+)*"
                    + NAME + "(?:\\s*\\.\\s*" + NAME + ")?.*",
            FLAGS);

    private static final Pattern OF_OBJECTS = Pattern.compile(
            "(CREATE|ALTER|DROP|TRUNCATE|RENAME)\\s+(?:(?:OR\\s+REPLACE|TEMPORARY)\\s+)*(TABLE|DATABASE|SCHEMA|VIEW)\\s+"
                    + "(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?" + NAME + "(?:\\s*\\.\\s*" + NAME + ")?.*",
            FLAGS);

    private static final Pattern TRUNCATE =
            Pattern.compile("(TRUNCATE)\\s+()" + NAME + "(?:\\s*\\.\\s*" + NAME + ")?.*", FLAGS);

    private static final Pattern WORDS = Pattern.compile("([a-z]+)(?:\\s+([a-z]+)\\b)?.*", FLAGS);

    private LoggedStatement() {}

    /**
     * Returns the table that a statement changes the rows of, such as {@code shop.orders}, or the first words of
     * another statement with the name of the object; empty for a statement that only begins or ends a transaction.
     *
     * @param info as {@code SHOW BINLOG EVENTS} shows it
     */
    static Optional<String> objectOf(String info) {
        Matcher use = USE.matcher(info);
        String schema = "";
        String statement = info;
        if (use.matches()) {
            schema = use.group(1).replace("``", "`");
            statement = use.group(2);
        }
        Matcher comments = COMMENTS.matcher(statement);
        if (comments.lookingAt()) {
            statement = statement.substring(comments.end());
        }
        if (FRAME.matcher(statement).matches()) {
            return Optional.empty();
        }
        Matcher rows = OF_ROWS.matcher(statement);
        if (rows.matches()) {
            return Optional.of(qualified(schema, rows.group(1), rows.group(2)));
        }
        for (Pattern pattern : new Pattern[] {OF_OBJECTS, TRUNCATE}) {
            Matcher object = pattern.matcher(statement);
            if (object.matches()) {
                boolean ofSchema = object.group(2).matches("(?i)DATABASE|SCHEMA");
                String words = (object.group(1) + " " + object.group(2)).strip().toUpperCase(Locale.ROOT);
                return Optional.of(words + " " + qualified(ofSchema ? "" : schema, object.group(3), object.group(4)));
            }
        }
        Matcher words = WORDS.matcher(statement);
        if (!words.matches()) {
            return Optional.of("a statement");
        }
        String second = words.group(2) == null ? "" : " " + words.group(2);
        return Optional.of((words.group(1) + second).toUpperCase(Locale.ROOT));
    }

    private static String qualified(String schema, String first, String second) {
        if (second != null) {
            return plain(first) + "." + plain(second);
        }
        return schema.isEmpty() ? plain(first) : schema + "." + plain(first);
    }

    private static String plain(String name) {
        return name.startsWith("`") ? name.substring(1, name.length() - 1).replace("``", "`") : name;
    }
}
