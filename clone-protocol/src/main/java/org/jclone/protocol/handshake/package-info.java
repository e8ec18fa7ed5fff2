/**
 * The packets of the connection phase, from the greeting to the last message of an authentication plugin, and the
 * capabilities that both sides negotiate. It knows no password: the plugins' computations are in {@code auth}.
 */
package org.jclone.protocol.handshake;
