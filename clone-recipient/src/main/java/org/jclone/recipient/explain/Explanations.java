package org.jclone.recipient.explain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/** All explanations. They are read on first use: errors are rare, and a start without one should not pay for them. */
public final class Explanations {

    private static final String RESOURCE = "explanations.txt";
    private static final Pattern LOG_NUMBER = Pattern.compile("MY-0*");
    private static final String EXIT_STATUS = "exit status ";

    /** Prefix of a hint that refers to the hint of another error. */
    private static final String AS_THERE = "= ";

    private static final class Holder {
        static final List<Explanation> ALL = load();
    }

    private Explanations() {}

    /** Returns all explanations in the order of the documents: numbers first, jclone's own errors last. */
    public static List<Explanation> all() {
        return Holder.ALL;
    }

    /**
     * Finds the explanations that {@code asked} may mean: a number, plain or as MySQL's log writes it ({@code
     * MY-013461}), a symbol ({@code ER_CLONE_DONOR}), a name or an exit status of jclone. Some numbers have several
     * meanings.
     */
    public static List<Explanation> find(String asked) {
        String wanted = bare(asked.strip());
        return all().stream().filter(each -> isMeant(each, wanted)).toList();
    }

    private static boolean isMeant(Explanation explanation, String wanted) {
        return bare(explanation.code()).equals(wanted)
                || bare(explanation.name()).equals(wanted)
                || explanation.name().equals(EXIT_STATUS + wanted)
                || explanation.code().equals("OS-" + wanted);
    }

    private static String bare(String code) {
        return LOG_NUMBER.matcher(code.toUpperCase(Locale.ROOT)).replaceFirst("");
    }

    /** Returns the hint for a donor's error. If the number is not explained, the hint says where to look. */
    public static String hint(int donorError) {
        return hint(isKnown(donorError) ? Integer.toString(donorError) : "DONOR_ERROR");
    }

    public static boolean isKnown(int donorError) {
        return all().stream().anyMatch(each -> each.code().equals(Integer.toString(donorError)));
    }

    /** Returns the hint for an error whose cause is not known. */
    static String hint(String code) {
        Explanation explanation = get(code);
        String hint =
                explanation.hints().getOrDefault("", explanation.causes().get(0).action());
        return hint.startsWith(AS_THERE) ? hint(hint.substring(AS_THERE.length())) : hint;
    }

    /** Returns the hint for an error with a known cause. */
    static String hint(String code, String specialCase) {
        return Optional.ofNullable(get(code).hints().get(specialCase))
                .orElseThrow(() -> new NoSuchElementException(code + ' ' + specialCase));
    }

    /** Warns that a clone will end with this error. */
    public static String warning(int donorError) {
        return "A clone ends with error " + donorError + ": "
                + get(Integer.toString(donorError)).meaning();
    }

    private static Explanation get(String code) {
        return byCode(code).orElseThrow(() -> new NoSuchElementException(code));
    }

    static Optional<Explanation> byCode(String code) {
        return all().stream().filter(each -> each.code().equals(code)).findFirst();
    }

    /** @param code as in a server's log: {@code MY-013461}, or {@code MY-001236} for an error with a plain number */
    static Optional<Explanation> byServerCode(String code) {
        String wanted = bare(code);
        return all().stream().filter(each -> bare(each.code()).equals(wanted)).findFirst();
    }

    private static List<Explanation> load() {
        try (InputStream in = Explanations.class.getResourceAsStream(RESOURCE)) {
            return ExplanationReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("the explanations are not in the jar", e);
        }
    }
}
