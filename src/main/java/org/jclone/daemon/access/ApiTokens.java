package org.jclone.daemon.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Role;

/** Bearer tokens and their roles. Holds digests only. */
public final class ApiTokens {

    /** A shorter token could be guessed, with a few thousand requests per second. */
    static final int MIN_CHARACTERS = 32;

    private static final int MAX_CHARACTERS = 512;

    public static final ApiTokens NONE = new ApiTokens(List.of());

    /** A caller, and the digest of its token in hexadecimal. */
    private record Entry(Caller caller, String digest) {}

    private final List<Entry> entries;

    private ApiTokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads lines of the form {@code ROLE NAME TOKEN}. Empty lines, and those that begin with {@code #}, are skipped.
     *
     * @throws IllegalArgumentException if a line has a fault; the message has its number, and no part of a token
     */
    static ApiTokens parse(List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                entries.add(entry(line.split("\\s+"), "line " + (i + 1) + ": "));
            }
        }
        return new ApiTokens(entries);
    }

    private static Entry entry(String[] words, String where) {
        if (words.length != 3) {
            throw new IllegalArgumentException(where + "three words are expected: ROLE NAME TOKEN");
        }
        Role role = switch (words[0]) {
            case "read" -> Role.READ;
            case "operate" -> Role.OPERATE;
            default -> throw new IllegalArgumentException(where + "the role read or operate is expected");
        };
        if (!words[1].matches("[A-Za-z0-9_.@-]{1,64}")) {
            throw new IllegalArgumentException(where + "a name of letters, digits and _.@- is expected");
        }
        int length = words[2].length();
        if (length < MIN_CHARACTERS || length > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    where + "a token of " + MIN_CHARACTERS + " to " + MAX_CHARACTERS + " characters is expected");
        }
        return new Entry(new Caller("token " + words[1], role), digest(words[2]));
    }

    /** Returns the token's owner. Takes the same time for every token of the same length. */
    Optional<Caller> caller(String token) {
        byte[] digest = digest(token).getBytes(StandardCharsets.US_ASCII);
        Optional<Caller> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest.getBytes(StandardCharsets.US_ASCII), digest)) {
                found = Optional.of(entry.caller);
            }
        }
        return found;
    }

    /** Signs a text with a token, if it is a known one. */
    Optional<String> sign(String token, String text) {
        return caller(token).map(known -> signature(digest(token), text));
    }

    /** Returns the owner of the token with which a text was signed. */
    Optional<Caller> signer(String text, String signature) {
        byte[] given = signature.getBytes(StandardCharsets.US_ASCII);
        Optional<Caller> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(signature(entry.digest, text).getBytes(StandardCharsets.US_ASCII), given)) {
                found = Optional.of(entry.caller);
            }
        }
        return found;
    }

    private static String signature(String digest, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(digest.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // each Java has it
        }
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each Java has it
        }
    }
}
