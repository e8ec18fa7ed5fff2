/**
 * Connections to the donor: transport, logins, commands, blocks, statements, liveness, bandwidth limits, and what each
 * failure means. This package knows neither the order of messages nor the target directory. Its public classes are those
 * that {@code session} uses to open connections, send, listen, and wait for answers.
 */
package org.jclone.recipient.connection;
