/**
 * The protocol as Netty channel handlers: framing, login, and the stream of a clone. It knows no file system; the
 * given {@link org.jclone.protocol.netty.DataSink} decides where the bytes of a block go.
 */
package org.jclone.protocol.netty;
