package org.jclone.recipient.explain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** All explanations, read when the first is asked for: an error is rare, and a start without one should not pay. */
public final class Explanations {

    private static final String RESOURCE = "explanations.txt";
    private static final Pattern LOG_NUMBER = Pattern.compile("MY-0*");
    private static final String EXIT_STATUS = "exit status ";

    private static final class Holder {
        static final List<Explanation> ALL = load();
    }

    private Explanations() {}

    /** In the order of the documents: numbers first, jclone's own errors last. */
    public static List<Explanation> all() {
        return Holder.ALL;
    }

    /**
     * Those that {@code asked} may mean: a number, as it is or as MySQL's log writes it ({@code MY-013461}), a symbol
     * ({@code ER_CLONE_DONOR}), a name or an exit status of jclone. Some numbers mean several things.
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

    /** What a message about a donor's error adds; for a number that is not explained, where to look. */
    public static String hint(int donorError) {
        return find(donorError, "").orElseGet(() -> hint("DONOR_ERROR", ""));
    }

    /** The same for a special case of the error. */
    public static String hint(int donorError, String specialCase) {
        return find(donorError, specialCase).orElseThrow();
    }

    private static Optional<String> find(int donorError, String specialCase) {
        String code = Integer.toString(donorError);
        return all().stream()
                .filter(each -> each.code().equals(code) && each.hints().containsKey(specialCase))
                .map(each -> each.hints().get(specialCase))
                .findFirst();
    }

    /** What a message with an error of jclone adds; {@code specialCase} is empty for the usual one. */
    public static String hint(String code, String specialCase) {
        return all().stream()
                .filter(each -> each.code().equals(code))
                .map(each -> each.hints().get(specialCase))
                .findFirst()
                .orElseThrow();
    }

    private static List<Explanation> load() {
        try (InputStream in = Explanations.class.getResourceAsStream(RESOURCE)) {
            return ExplanationReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("the explanations are not in the jar", e);
        }
    }
}
