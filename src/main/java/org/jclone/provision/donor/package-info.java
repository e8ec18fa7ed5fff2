/**
 * Which server to clone: finds candidates, says which are suitable and which is best, and tries one after the other when
 * attempts fail. This package does not know what an attempt does; it knows no command line.
 */
package org.jclone.provision.donor;
