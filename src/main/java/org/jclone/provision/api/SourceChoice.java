package org.jclone.provision.api;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jclone.recipient.api.DonorAddress;

/**
 * Which server the new one replicates from.
 *
 * @param given servers by address, tried in this order before those of {@code wanted}
 */
public record SourceChoice(List<DonorAddress> given, Wanted wanted) {

    /** The donor itself. */
    public static final SourceChoice DONOR = new SourceChoice(List.of(), Wanted.DONOR);

    /** Servers that are found through the donor. */
    public enum Wanted {
        /** Those that are given, and no others. */
        GIVEN,
        /** The donor. */
        DONOR,
        /** The donor's source, which makes the new server a sibling of the donor. */
        DONORS_SOURCE,
        /** The donor's source if it has one, then the donor. */
        ANY
    }

    public SourceChoice {
        Objects.requireNonNull(wanted, "wanted");
        given = List.copyOf(given);
        if (given.isEmpty() && wanted == Wanted.GIVEN) {
            throw new IllegalArgumentException("source: none is given");
        }
        if (given.stream().anyMatch(address -> address.socket().isPresent())) {
            throw new IllegalArgumentException("source: replication needs a host, not a Unix socket");
        }
    }

    /**
     * @param texts addresses, and at most one of {@code DONOR}, {@code DONORS-SOURCE} and {@code ANY}, the last
     * @return the choice
     */
    public static SourceChoice parse(List<String> texts) {
        if (texts.isEmpty()) {
            return DONOR;
        }
        String last = texts.get(texts.size() - 1).toUpperCase(Locale.ROOT).replace('-', '_');
        boolean named = last.equals(Wanted.DONOR.name())
                || last.equals(Wanted.DONORS_SOURCE.name())
                || last.equals(Wanted.ANY.name());
        List<DonorAddress> given = texts.subList(0, texts.size() - (named ? 1 : 0)).stream()
                .map(DonorAddress::parse)
                .toList();
        return new SourceChoice(given, named ? Wanted.valueOf(last) : Wanted.GIVEN);
    }

    /** {@return the first server that is given by address} */
    public Optional<DonorAddress> first() {
        return given.stream().findFirst();
    }

    /** {@return whether anything else than the donor is wanted} */
    public boolean isPresent() {
        return !equals(DONOR);
    }

    /** {@return whether there is only one server to try, which is the donor or is given by address} */
    public boolean isSingle() {
        return wanted == Wanted.DONOR ? given.isEmpty() : wanted == Wanted.GIVEN && given.size() == 1;
    }
}
