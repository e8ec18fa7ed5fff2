/**
 * The packets of the connection phase, from the greeting to the last question of an authentication plugin, and the
 * capabilities both sides agree on. It knows no password: what a plugin computes is in {@code auth}.
 */
package org.jclone.protocol.handshake;
