package org.jclone.provision.step;

import org.jclone.provision.server.GtidSet;

/**
 * What a donor reports about itself to the account of the clone.
 *
 * @param gtidMode {@code ON} and others
 * @param executed its transactions
 */
record DonorIdentity(String serverUuid, long serverId, String gtidMode, GtidSet executed) {}
