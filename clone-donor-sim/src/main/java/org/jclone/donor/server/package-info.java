/**
 * Connections: the listening socket, the server side of the connection phase, the few SQL commands around a clone, and
 * the transport of clone commands and responses. This package does not know what a clone consists of.
 */
package org.jclone.donor.server;
