/**
 * The program: turns arguments into a request, a clone's events into text, and its end into an exit status. It knows
 * the engine by its face only ({@code org.jclone.recipient} and {@code .api}), and of the wire nothing but the printer
 * of recordings.
 */
package org.jclone.cli;
