/**
 * What a person or a program sees of a running clone: bars, lines, JSON, and units. It must not know how a clone is
 * started or what its outcome means for the exit status.
 */
package org.jclone.cli.output;
