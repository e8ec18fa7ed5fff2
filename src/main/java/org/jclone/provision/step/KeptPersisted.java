package org.jclone.provision.step;

import java.nio.file.Path;
import java.util.List;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneException;

/** The persisted variables of data that stays. The fence replaces them, so copies are kept beside it. */
final class KeptPersisted {

    private final List<KeptFile> files;

    KeptPersisted(Path directory, ProvisionRecord record) {
        this.files = List.of(
                file(directory, Fence.SETTINGS, record, Fact.PERSISTED_BEFORE),
                file(directory, Fence.BACKUP, record, Fact.PERSISTED_BACKUP_BEFORE));
    }

    private static KeptFile file(Path directory, String name, ProvisionRecord record, Fact fact) {
        return new KeptFile(directory.resolve(name), directory.resolve(".jclone-" + name), record, fact);
    }

    /** Keeps them. */
    void keep() throws CloneException {
        for (KeptFile file : files) {
            file.keep();
        }
    }

    /** Puts them back; a server that starts now would apply them. Can be repeated. */
    void restore() throws CloneException {
        for (KeptFile file : files) {
            file.restore();
        }
    }

    /** Removes the copies of those that stay as they are. */
    void forget() throws CloneException {
        for (KeptFile file : files) {
            file.forget();
        }
    }
}
