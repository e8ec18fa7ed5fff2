/**
 * Decides who may use the daemon's API: users of Unix sockets by their uid, others by token or certificate. This
 * package must not know what the routes do.
 */
package org.jclone.daemon.access;
