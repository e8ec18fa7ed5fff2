package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jclone.recipient.api.DonorAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Donors that may be cloned, in the syntax of {@code clone_valid_donor_list}: comma-separated {@code HOST:PORT}. */
record ValidDonors(String text, List<DonorAddress> donors) {

    boolean contains(DonorAddress donor) {
        return donors.stream().anyMatch(each -> key(each).equals(key(donor)));
    }

    private static String key(DonorAddress donor) {
        return donor.socket().isPresent() ? donor.toString() : donor.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }

    /** Reads a list; a path is a Unix socket. */
    static final class Converter implements ITypeConverter<ValidDonors> {

        @Override
        public ValidDonors convert(String text) {
            List<DonorAddress> donors = new ArrayList<>();
            for (String donor : text.split(",", -1)) {
                try {
                    String address = donor.strip();
                    donors.add(
                            address.startsWith("/")
                                    ? DonorAddress.ofSocket(Path.of(address))
                                    : DonorAddress.parse(address));
                } catch (IllegalArgumentException e) {
                    throw new TypeConversionException(e.getMessage() + " (expected: HOST:PORT,HOST:PORT)");
                }
            }
            return new ValidDonors(text, donors);
        }
    }
}
