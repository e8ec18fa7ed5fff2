package org.jclone.cli.option;

import java.util.Locale;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Replacement;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What becomes of what is in the new data directory already. */
public final class ReplaceOptions {

    /** Values of {@code --replace}. */
    enum Replace {
        SWAP("SWAP"),
        DROP_FIRST("DROP-FIRST");

        private final String text;

        Replace(String text) {
            this.text = text;
        }

        /** As it is documented. */
        @Override
        public String toString() {
            return text;
        }
    }

    @Option(
            names = "--replace",
            paramLabel = "SWAP|DROP-FIRST",
            arity = "0..1",
            fallbackValue = "SWAP",
            preprocessor = AttachedValue.class,
            converter = ReplaceConverter.class,
            description =
                    "Replace what is in DIR. SWAP, which is meant without a value, clones beside the old data, and"
                            + " puts the clone in its place when it is whole and verified; an interrupted exchange is"
                            + " finished by the next run. DROP-FIRST deletes the old data when all files of the"
                            + " donor are known: if the clone fails then, there is neither. A directory on which a"
                            + " mysqld runs, or in which something is mounted, is refused.")
    private Replace replace;

    @Option(
            names = "--keep-old",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "With --replace: keep the old data, in DIR/.jclone-old, instead of removing it in the end. Move it"
                            + " elsewhere before a server is started on it.")
    private Switch keepOld = Switch.OFF;

    /** Spells as options are spelt. */
    static final class ReplaceConverter implements ITypeConverter<Replace> {

        @Override
        public Replace convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT).replace('_', '-')) {
                case "swap" -> Replace.SWAP;
                case "drop-first" -> Replace.DROP_FIRST;
                default -> throw new TypeConversionException("neither SWAP nor DROP-FIRST");
            };
        }
    }

    boolean isDropFirst() {
        return replace == Replace.DROP_FIRST;
    }

    private Replacement replacement() throws UsageException {
        if (replace == null || replace == Replace.DROP_FIRST) {
            if (keepOld.isOn()) {
                throw new UsageException("--keep-old goes with --replace, and not with --replace=drop-first");
            }
            return replace == null ? Replacement.NONE : Replacement.DROP_FIRST;
        }
        return keepOld.isOn() ? Replacement.SWAP_KEEP_OLD : Replacement.SWAP;
    }

    public void applyTo(CloneRequest.Builder request) throws UsageException {
        request.replacement(replacement());
    }
}
