package org.jclone.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code FROM=TO}: places tablespaces that the donor keeps below FROM below TO on this machine. */
public record PathMapping(String from, Path to) {

    @Override
    public String toString() {
        return from + '=' + to;
    }

    static final class Converter implements ITypeConverter<PathMapping> {

        @Override
        public PathMapping convert(String text) {
            int equals = text.indexOf('=');
            if (equals <= 0 || equals == text.length() - 1) {
                throw new TypeConversionException(text + " (expected: FROM=TO, two directories)");
            }
            try {
                return new PathMapping(text.substring(0, equals), Path.of(text.substring(equals + 1)));
            } catch (InvalidPathException e) {
                throw new TypeConversionException("not a path: " + e.getReason());
            }
        }
    }
}
