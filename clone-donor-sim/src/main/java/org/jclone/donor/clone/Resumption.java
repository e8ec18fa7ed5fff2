package org.jclone.donor.clone;

import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * From where the master goes on with a clone that was interrupted.
 *
 * <pre>
 * the recipient is in    sent first
 * the same state         FILE of all files, if it is FILE_COPY and they are missing; then the blocks that are missing
 * another one            what precedes the state, STATE start, FILE of all its files; then everything
 * </pre>
 *
 * <p>If the end of the state was acknowledged before, it is not sent again. Source:
 * docs/protocol/02-innodb-clone-stream.md section 2.3.
 *
 * @param stateBegins whether the donor's state is new to the recipient
 * @param filesMissing whether the recipient asks for the metadata of FILE_COPY once more
 * @param acknowledged whether the end of the state was acknowledged before the interruption
 * @param done what the recipient has of the state
 */
record Resumption(boolean stateBegins, boolean filesMissing, boolean acknowledged, Optional<RestartProgress> done) {

    /** A clone that was not interrupted. */
    static final Resumption NONE = new Resumption(false, false, false, Optional.empty());

    /**
     * @param state of the donor
     * @param recipient what COM_REINIT says
     */
    static Resumption of(SnapshotState state, boolean acknowledged, Locator recipient) {
        if (recipient.state() != state) {
            return new Resumption(state != SnapshotState.INIT, false, acknowledged, Optional.empty());
        }
        boolean filesMissing = state == SnapshotState.FILE_COPY && !recipient.metadataTransferred();
        return new Resumption(false, filesMissing, acknowledged, recipient.restart());
    }
}
