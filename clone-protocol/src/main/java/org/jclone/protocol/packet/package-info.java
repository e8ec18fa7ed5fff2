/**
 * What all phases of the classic protocol share: the packet header and the OK, ERR and EOF packets. It knows neither
 * authentication nor the purpose of a command.
 */
package org.jclone.protocol.packet;
