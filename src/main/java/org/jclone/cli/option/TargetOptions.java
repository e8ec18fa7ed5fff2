package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.VerifyMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the clone goes. */
@Command(optionListHeading = "Target")
public final class TargetOptions {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            required = true,
            description = "The new data directory. It must be missing or empty, unless --replace is given.")
    private Path directory;

    @Mixin
    private ReplaceOptions replace;

    @Mixin
    private InnodbDirectoryOptions innodb;

    @Option(
            names = "--direct-io",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Bypass the page cache when writing, if the file system supports direct I/O.")
    private Switch directIo = Switch.ON;

    /** Tells whether old data is deleted before the copy. */
    public boolean isDropFirst() {
        return replace.isDropFirst();
    }

    /** Tells whether the directory may hold old data. */
    public boolean isReplaced() {
        return replace.isGiven();
    }

    /** Tells whether the old data is kept. */
    public boolean isOldKept() {
        return replace.isOldKept();
    }

    public Path directory() {
        return directory;
    }

    /** @param place the directory to clone into or to check instead of {@code --dir} */
    public TargetSettings settings(Path place, VerifyMode verify, EncryptionSettings encryption, TargetServer server)
            throws UsageException {
        return new TargetSettings(
                Optional.of(place),
                innodb.directories(),
                replace.replacement(),
                innodb.pathMappings(),
                directIo.isOn(),
                verify,
                encryption,
                server,
                Optional.empty());
    }
}
