/**
 * The protocol as Netty channel handlers: framing, login, and the stream of a clone. It knows no file system; where
 * the bytes of a block go is decided by the {@link org.jclone.protocol.netty.DataSink} it is given.
 */
package org.jclone.protocol.netty;
