package org.jclone.provision.step;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.replace.OwnNames;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.ServerLock;

/**
 * EXCHANGE: raises the fence in the staged clone, and exchanges old data and clone, then the settings. Data that stays
 * is fenced where it is, and its own persisted variables are kept.
 */
public final class Exchange {

    private final Run run;

    public Exchange(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        if (run.isIncremental()) {
            run.persisted().keep();
            run.fence().mark();
            run.fence().raise(run.effective().version());
            return;
        }
        exchangeData();
        requireOldDataUnused();
        run.configFile().exchange(); // not before: until the data is marked the old server may read it
    }

    private void exchangeData() throws CloneException {
        DirectorySwap swap = run.swap();
        if (DirectorySwap.isUnderWay(run.directory())) {
            swap.finish();
            return;
        }
        if (!Files.isDirectory(swap.staging(), LinkOption.NOFOLLOW_LINKS)) {
            return; // the exchange was finished before the process died
        }
        swap.check(); // from here on a rollback takes kept data for this run's
        run.record().set(Fact.OLD_DATA, hasData(run.directory()) ? "yes" : "no");
        run.fence().raiseInStaging(run.effective().version());
        give();
        swap.commit();
    }

    /** Fails if a server that was starting during the exchange has opened the old data before it was moved. */
    private void requireOldDataUnused() throws CloneException {
        try {
            ServerLock.requireUnused(run.directory().resolve(OwnNames.OLD));
        } catch (StorageException e) {
            throw e;
        } catch (CloneException e) {
            throw Failure.Provisioning.RUNNING.exception(e.getMessage(), e);
        }
    }

    /** Whether the directory holds a server's data. */
    static boolean hasData(Path directory) {
        return Files.exists(directory.resolve("mysql.ibd"), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(directory.resolve("ibdata1"), LinkOption.NOFOLLOW_LINKS);
    }

    private void give() throws CloneException {
        Ownership ownership = new Ownership(run.mysqld().user());
        List<Path> roots = new ArrayList<>(run.others());
        roots.add(run.directory());
        for (Path root : roots) {
            ownership.give(root);
            ownership.giveTree(root.resolve(DataDirectory.STAGING));
        }
        ownership.prepareCloneFolder(run.directory());
    }
}
