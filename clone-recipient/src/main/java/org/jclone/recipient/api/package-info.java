/**
 * The public API: the request, the listener, progress, the result, and one family of exceptions. This package depends on neither Netty nor files.
 */
package org.jclone.recipient.api;
