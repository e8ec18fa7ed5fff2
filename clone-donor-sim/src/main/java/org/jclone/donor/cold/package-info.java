/**
 * Serves the data directory of a server that is not running. This package only reads files. It does not know
 * the protocol.
 */
package org.jclone.donor.cold;
