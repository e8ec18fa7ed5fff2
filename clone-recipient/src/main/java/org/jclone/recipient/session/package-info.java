/**
 * The conversation with the donor: the order of messages, the barriers between snapshot states, the number of
 * connections, and the outcome of a clone. This package opens connections through {@code connection}, and {@code target}
 * changes the directory for it. Only the two sessions that the engine's entry points run are public.
 */
package org.jclone.recipient.session;
