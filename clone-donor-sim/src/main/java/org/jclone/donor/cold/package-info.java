/**
 * The data directory of a server that is not running, served as it lies there. It reads files and changes none; what a
 * clone of it looks like on the wire is not known here.
 */
package org.jclone.donor.cold;
