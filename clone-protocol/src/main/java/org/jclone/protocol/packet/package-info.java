/**
 * What every phase of the classic protocol shares: the packet header and the OK, ERR and EOF packets. It knows
 * neither who authenticates how nor what a command asks for.
 */
package org.jclone.protocol.packet;
