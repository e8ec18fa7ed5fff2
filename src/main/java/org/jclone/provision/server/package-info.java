/**
 * SQL on any MySQL server: sessions, statements whose secrets stay secret, the words of each version, GTID sets. This
 * package does not know what the statements are for.
 */
package org.jclone.provision.server;
