/**
 * What a clone contains of its donor's replication: the channels with all that belongs to them, and where each of them
 * continues. This package reads, and changes nothing; it does not know the steps of a run.
 */
package org.jclone.provision.channel;
