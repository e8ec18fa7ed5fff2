/**
 * The compressed protocol: frames around the stream of ordinary packets, each compressed separately with zlib or zstd.
 * It knows no channel. Of the packets inside it knows only where they begin.
 */
package org.jclone.protocol.compress;
