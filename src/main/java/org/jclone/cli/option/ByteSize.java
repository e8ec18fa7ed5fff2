package org.jclone.cli.option;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a number of bytes as MySQL's programs do: a suffix K, M or G multiplies it. */
final class ByteSize implements ITypeConverter<Long> {

    private static final String SUFFIXES = "KMG";
    private static final int SHIFT = 10;

    @Override
    public Long convert(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        int suffix = upper.isEmpty() ? -1 : SUFFIXES.indexOf(upper.charAt(upper.length() - 1));
        String digits = suffix < 0 ? upper : upper.substring(0, upper.length() - 1);
        try {
            return Math.multiplyExact(Long.parseLong(digits), 1L << (suffix + 1) * SHIFT);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new TypeConversionException("not a number of bytes");
        }
    }
}
