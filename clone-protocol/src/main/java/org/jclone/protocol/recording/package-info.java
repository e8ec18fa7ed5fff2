/**
 * Recordings of conversations between recipient and donor, taken by a proxy: reads them, follows each connection
 * through its phases and prints every packet. It takes part in no conversation and knows no channel.
 */
package org.jclone.protocol.recording;
