package org.jclone.recipient.target;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.storage.DataDirectory;

/** Files of an unfinished clone that only its journal identifies: their names do not show that a clone created them. */
final class OutsideFiles {

    private OutsideFiles() {}

    static List<Path> of(JournalImage image, DataDirectory directory) throws CloneException {
        List<Path> outside = new ArrayList<>();
        for (FileLog.Entry file : image.files()) {
            if (file.redo() || file.deleted()) {
                continue;
            }
            Path path = path(file.descriptor(), directory);
            if (!path.startsWith(directory.root()) || !file.descriptor().name().contains("/")) {
                outside.add(path);
            }
        }
        return outside;
    }

    private static Path path(FileDescriptor file, DataDirectory directory) throws CloneException {
        if (SpaceIds.isUndo(file.spaceId())) {
            return directory.resolveUndo(file.name());
        }
        return file.name().endsWith(".ibd")
                ? directory.resolveTablespace(file.name(), new FspFlags(file.fspFlags()).isGeneral())
                : directory.resolveSystem(file.name());
    }
}
