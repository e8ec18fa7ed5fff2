/**
 * What a person or a program sees of a running clone: bars, lines, JSON, and the units in them. It must not know how
 * a clone is started or what its end means for the exit status.
 */
package org.jclone.cli.output;
