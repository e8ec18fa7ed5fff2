/**
 * The command phase as far as a clone needs it: entering clone mode, a few statements and their text results. It
 * knows nothing of what is said inside clone mode.
 */
package org.jclone.protocol.command;
