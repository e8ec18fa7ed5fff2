/**
 * What an embedder sees: the request, the listener, progress, the result, and one family of exceptions. It knows
 * neither Netty nor files.
 */
package org.jclone.recipient.api;
