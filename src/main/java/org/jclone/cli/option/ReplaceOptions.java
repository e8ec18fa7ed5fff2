package org.jclone.cli.option;

import java.util.Locale;
import org.jclone.recipient.api.Replacement;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to do with the present content of the new data directory. */
public final class ReplaceOptions {

    /** Values of {@code --replace}. */
    enum Replace {
        SWAP("SWAP"),
        DROP_FIRST("DROP-FIRST");

        private final String text;

        Replace(String text) {
            this.text = text;
        }

        /** Returns the value as documented. */
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
                    "Replace the content of DIR. SWAP, the default value, clones next to the old data and exchanges"
                            + " the two when the clone is complete and verified; the next run finishes an interrupted"
                            + " exchange. DROP-FIRST deletes the old data once all files of the donor are known: if the clone"
                            + " fails after that, there is neither. Everything in DIR is replaced, binary logs and files that"
                            + " are not MySQL's, too. jclone refuses a directory on which a mysqld runs, in which a file"
                            + " system is mounted, or in which nothing looks like a data directory.")
    private Replace replace;

    @Option(
            names = "--keep-old",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "With --replace: keep the old data, in DIR/.jclone-old, instead of removing it at the end. Move"
                            + " it elsewhere before a server starts on it.")
    private Switch keepOld = Switch.OFF;

    /** Converts to the spelling of options. */
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

    boolean isGiven() {
        return replace != null;
    }

    boolean isOldKept() {
        return keepOld.isOn();
    }

    public Replacement replacement() throws UsageException {
        if (replace == null || replace == Replace.DROP_FIRST) {
            if (keepOld.isOn()) {
                throw new UsageException("--keep-old goes with --replace, and not with --replace=drop-first");
            }
            return replace == null ? Replacement.NONE : Replacement.DROP_FIRST;
        }
        return keepOld.isOn() ? Replacement.SWAP_KEEP_OLD : Replacement.SWAP;
    }
}
