/**
 * What goes wrong, as scripts: on which connection, at which moment, and how. It knows packets before they are sent,
 * and neither channels nor clones; the same script makes the same faults in every run.
 */
package org.jclone.donor.fault;
