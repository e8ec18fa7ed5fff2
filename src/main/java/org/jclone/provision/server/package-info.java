/**
 * Runs SQL on any MySQL server: sessions, statements that do not reveal their secrets, the syntax of each version, GTID
 * sets. This package does not know the purpose of the statements.
 */
package org.jclone.provision.server;
