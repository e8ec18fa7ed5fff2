/**
 * The program: turns arguments into a request, the events of a clone into text, and its outcome into an exit status.
 * It uses only the engine's API ({@code org.jclone.recipient} and {@code .api}), and of the wire protocol only the
 * printer of recordings.
 */
package org.jclone.cli;
