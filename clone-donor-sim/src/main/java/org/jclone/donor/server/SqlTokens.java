package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words of a statement, found in one pass, and a place among them. */
final class SqlTokens {

    /** What a token is. */
    enum Kind {
        WORD,
        /** A name in backticks. */
        NAME,
        NUMBER,
        /** A text, without its quotes. */
        TEXT,
        /** A system variable, without its two signs. */
        VARIABLE,
        SYMBOL,
        END
    }

    /**
     * One of them.
     *
     * @param begin where it begins in the statement
     * @param end behind it
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

    /** A quote within is doubled or, in a text, has a backslash before it; that of a wildcard of LIKE stays. */
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

    /** The same words from the present place on. */
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

    /** Passes over a word or symbol if it comes next. */
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

    /** Nothing may follow but one semicolon. */
    void requireEnd() throws StatementException {
        skip(";");
        if (peek().kind() != Kind.END) {
            throw StatementException.notSupported();
        }
    }

    /** The statement's text from a token up to the present place. */
    String textSince(Token first) {
        return sql.substring(first.begin(), tokens.get(Math.max(0, at - 1)).end());
    }
}
