package org.jclone.donor.clone;

import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * Where the master resumes an interrupted clone.
 *
 * <pre>
 * the recipient is in    sent first
 * the same state         FILE of all files, if it is FILE_COPY and the recipient lacks them; then the missing blocks
 * another state          what precedes the state, STATE start, FILE of all its files; then everything
 * </pre>
 *
 * <p>An end of the state that was already acknowledged is not sent again. Source:
 * docs/protocol/02-innodb-clone-stream.md section 2.3.
 *
 * @param stateBegins whether the recipient does not know the donor's state yet
 * @param filesMissing whether the recipient requests the metadata of FILE_COPY again
 * @param acknowledged whether the end of the state was acknowledged before the interruption
 * @param done what the recipient already has of the state
 */
record Resumption(boolean stateBegins, boolean filesMissing, boolean acknowledged, Optional<RestartProgress> done) {

    /** A clone that was not interrupted. */
    static final Resumption NONE = new Resumption(false, false, false, Optional.empty());

    /**
     * @param state state of the donor
     * @param recipient locator in COM_REINIT
     */
    static Resumption of(SnapshotState state, boolean acknowledged, Locator recipient) {
        if (recipient.state() != state) {
            return new Resumption(state != SnapshotState.INIT, false, acknowledged, Optional.empty());
        }
        boolean filesMissing = state == SnapshotState.FILE_COPY && !recipient.metadataTransferred();
        return new Resumption(false, filesMissing, acknowledged, recipient.restart());
    }
}
