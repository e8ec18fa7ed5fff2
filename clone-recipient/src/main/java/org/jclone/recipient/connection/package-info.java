/**
 * Connections to the donor: transport, logins, commands, blocks, statements, liveness, bandwidth limits, and what each
 * failure means. It knows neither the order of messages nor the target directory. Public is what {@code session} drives:
 * it opens connections, sends on them, listens to them, and waits for their answers.
 */
package org.jclone.recipient.connection;
