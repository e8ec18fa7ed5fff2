package org.jclone.recipient.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.storage.DataDirectory;

/** The files of an unfinished clone that lie outside its directory, where path mappings put them. */
final class OutsideFiles {

    private OutsideFiles() {}

    static List<Path> of(JournalImage image, DataDirectory directory) throws CloneException {
        List<Path> outside = new ArrayList<>();
        for (FileLog.Entry file : image.files()) {
            String name = file.descriptor().name();
            if (DataDirectory.isOutside(name) && name.endsWith(".ibd") && !file.deleted()) {
                boolean general = new FspFlags(file.descriptor().fspFlags()).isGeneral();
                Path path = directory.resolveTablespace(name, general);
                if (!path.startsWith(directory.root())) {
                    outside.add(path);
                }
            }
        }
        return outside;
    }
}
