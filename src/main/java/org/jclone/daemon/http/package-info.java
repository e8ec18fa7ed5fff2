/**
 * A small HTTP/1.1 server on Netty's codec: listeners, limits, routes, errors as RFC 9457, server-sent events. This
 * package must not know what the daemon does, nor how callers prove who they are.
 */
package org.jclone.daemon.http;
