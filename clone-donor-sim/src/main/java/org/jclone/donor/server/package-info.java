/**
 * Connections: the listening socket, the server's side of the connection phase, the few SQL commands around a clone,
 * and the way of clone commands and responses through a channel. What a clone consists of is not known here.
 */
package org.jclone.donor.server;
