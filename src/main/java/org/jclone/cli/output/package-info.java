/**
 * Shows a running clone to people and programs: bars, lines, JSON, and units. This package must not know how a clone is
 * started, or which exit status its outcome has.
 */
package org.jclone.cli.output;
