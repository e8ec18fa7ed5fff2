/**
 * The part of the command phase that a clone needs: entering clone mode, a few statements and their text results. It
 * knows nothing of the messages inside clone mode.
 */
package org.jclone.protocol.command;
