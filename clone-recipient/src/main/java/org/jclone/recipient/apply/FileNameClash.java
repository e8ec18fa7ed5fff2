package org.jclone.recipient.apply;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.DonorNames;

/**
 * Detects files of the donor that would share one local path. The donor sends undo tablespaces by base name only, and tablespaces from different directories outside its data directory are put into one directory here.
 */
final class FileNameClash {

    private FileNameClash() {}

    /**
     * Requires that no file of the clone uses {@code path}, before {@code file} is created there.
     *
     * @throws CloneException {@link CloneErrorCode#FILE_NAME_CLASH} naming both files
     */
    static void requireNone(FileTable files, FileDescriptor file, Path path) throws CloneException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (TargetFile other : files.liveFiles()) {
            if (other.path().equals(path)) {
                throw clash(other.descriptor(), file, path);
            }
        }
    }

    private static CloneException clash(FileDescriptor first, FileDescriptor second, Path path) {
        if (SpaceIds.isUndo(first.spaceId()) && SpaceIds.isUndo(second.spaceId())) {
            return Failure.FileNameClash.UNDO.exception(
                    "the donor has two undo tablespaces with the file name " + second.name());
        }
        boolean outside = DonorNames.isOutside(first.name()) || DonorNames.isOutside(second.name());
        Failure why = outside ? Failure.FileNameClash.OUTSIDE : Failure.FileNameClash.SAME;
        return why.exception("two files of the donor would be " + path + ": " + first.name() + " and " + second.name());
    }
}
