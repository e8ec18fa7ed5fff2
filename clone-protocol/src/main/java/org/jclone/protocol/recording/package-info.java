/**
 * Recordings of the traffic between recipient and donor, taken by a proxy. It reads them, tracks each connection
 * through its phases and prints every packet. It takes part in no connection and knows no channel.
 */
package org.jclone.protocol.recording;
