package org.jclone.daemon.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;

/** The file with the tokens. It must belong to root or the daemon's user, and only its owner may read it. */
public final class TokenFile {

    private static final int MAX_BYTES = 65_536;

    private TokenFile() {}

    public static ApiTokens read(Path file) throws CloneException {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw fault(file, "it is not a regular file");
            }
            if (!Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
                    .containsAll(attributes.permissions())) {
                throw fault(file, "others may read or change it; mode 0600 is expected");
            }
            UserPrincipal owner = attributes.owner();
            if (!owner.getName().equals("root") && !owner.equals(ownUser(file))) {
                throw fault(file, "it belongs to " + owner.getName());
            }
            byte[] content;
            try (InputStream in = Files.newInputStream(file)) {
                content = in.readNBytes(MAX_BYTES + 1);
            }
            if (content.length > MAX_BYTES) {
                throw fault(file, "it is longer than " + MAX_BYTES + " bytes");
            }
            return ApiTokens.parse(new String(content, UTF_8).lines().toList());
        } catch (IOException e) {
            throw Failure.Usage.API_TOKENS.exception("cannot read " + file + ": " + FileReason.of(e), e);
        } catch (IllegalArgumentException e) {
            throw fault(file, e.getMessage());
        }
    }

    private static UserPrincipal ownUser(Path file) throws IOException {
        return file.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
    }

    private static CloneException fault(Path file, String what) {
        return Failure.Usage.API_TOKENS.exception("tokens of the API: " + file + ": " + what);
    }
}
