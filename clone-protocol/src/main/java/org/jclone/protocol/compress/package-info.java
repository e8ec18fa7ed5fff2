/**
 * The compressed protocol: frames around the stream of ordinary packets, compressed one by one with zlib or zstd. It
 * knows no channel, and of the packets inside only where they begin.
 */
package org.jclone.protocol.compress;
