/**
 * Serves the data directory of a server that is not running. This package reads files and changes none. It does not
 * know what a clone looks like on the wire.
 */
package org.jclone.donor.cold;
