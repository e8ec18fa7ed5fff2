package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens of a statement, with a current position. */
final class SqlTokens {

    /** Kinds of tokens. */
    enum Kind {
        WORD,
        /** A name in backticks. */
        NAME,
        NUMBER,
        /** A string, without its quotes. */
        TEXT,
        /** A system variable, without its two at signs. */
        VARIABLE,
        SYMBOL,
        END
    }

    /**
     * A token.
     *
     * @param begin start offset in the statement
     * @param end end offset in the statement, exclusive
     */
    record Token(Kind kind, String text, int begin, int end) {

        boolean is(String word) {
            return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
        }
    }

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    static SqlTokens of(String sql) throws StatementException {
        SqlTokens tokens = new SqlTokens(sql);
        int next = 0;
        while (next < sql.length()) {
            next = Character.isWhitespace(sql.charAt(next)) ? next + 1 : tokens.add(next);
        }
        tokens.tokens.add(new Token(Kind.END, "", sql.length(), sql.length()));
        return tokens;
    }

    private int add(int begin) throws StatementException {
        char first = sql.charAt(begin);
        int end;
        if (first == '\'' || first == '"') {
            return addQuoted(begin, first, Kind.TEXT);
        } else if (first == '`') {
            return addQuoted(begin, first, Kind.NAME);
        } else if (first == '@' && sql.startsWith("@@", begin)) {
            end = endOfWord(begin + 2, true);
            tokens.add(new Token(Kind.VARIABLE, sql.substring(begin + 2, end), begin, end));
        } else if (isDigit(first) || first == '-' && begin + 1 < sql.length() && isDigit(sql.charAt(begin + 1))) {
            end = begin + 1;
            while (end < sql.length() && isDigit(sql.charAt(end))) {
                end++;
            }
            tokens.add(new Token(Kind.NUMBER, sql.substring(begin, end), begin, end));
        } else if (isWordPart(first)) {
            end = endOfWord(begin, false);
            tokens.add(new Token(Kind.WORD, sql.substring(begin, end), begin, end));
        } else {
            boolean two = begin + 1 < sql.length()
                    && List.of("<>", "!=", "<=", ">=").contains(sql.substring(begin, begin + 2));
            end = begin + (two ? 2 : 1);
            tokens.add(new Token(Kind.SYMBOL, sql.substring(begin, end), begin, end));
        }
        return end;
    }

    /**
     * Adds a quoted token. Quotes are escaped by doubling or, in strings, by a backslash. Keeps escapes of LIKE
     * wildcards.
     */
    private int addQuoted(int begin, char quote, Kind kind) throws StatementException {
        StringBuilder text = new StringBuilder();
        for (int i = begin + 1; i < sql.length(); i++) {
            char character = sql.charAt(i);
            boolean more = i + 1 < sql.length();
            if (character == quote && more && sql.charAt(i + 1) == quote) {
                text.append(quote);
                i++;
            } else if (character == quote) {
                tokens.add(new Token(kind, text.toString(), begin, i + 1));
                return i + 1;
            } else if (character == '\\' && kind == Kind.TEXT && more) {
                char escaped = sql.charAt(++i);
                text.append(escaped == '%' || escaped == '_' ? "\\" : "").append(escaped);
            } else {
                text.append(character);
            }
        }
        throw StatementException.notSupported();
    }

    private int endOfWord(int begin, boolean dots) {
        int end = begin;
        while (end < sql.length() && (isWordPart(sql.charAt(end)) || dots && sql.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private static boolean isWordPart(char character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    /** Returns a copy that starts at the current position. */
    SqlTokens copy() {
        SqlTokens copy = new SqlTokens(sql);
        copy.tokens.addAll(tokens);
        copy.at = at;
        return copy;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        return at < tokens.size() - 1 ? tokens.get(at++) : tokens.get(at);
    }

    /** Skips a word or symbol if it is next. */
    boolean skip(String word) {
        if (!peek().is(word)) {
            return false;
        }
        next();
        return true;
    }

    void require(String word) throws StatementException {
        if (!skip(word)) {
            throw StatementException.notSupported();
        }
    }

    /** Takes the next token if it is of this kind. */
    Optional<String> take(Kind kind) {
        return peek().kind() == kind ? Optional.of(next().text()) : Optional.empty();
    }

    String require(Kind kind) throws StatementException {
        return take(kind).orElseThrow(StatementException::notSupported);
    }

    /** Requires the end of the statement, or one semicolon. */
    void requireEnd() throws StatementException {
        skip(";");
        if (peek().kind() != Kind.END) {
            throw StatementException.notSupported();
        }
    }

    /** Returns the statement text from a token to the current position. */
    String textSince(Token first) {
        return sql.substring(first.begin(), tokens.get(Math.max(0, at - 1)).end());
    }
}
