/**
 * The data types of the protocol: fixed-width integers, length-encoded integers and strings, and the reader that
 * rejects bytes that do not conform. It knows no message.
 */
package org.jclone.protocol.wire;
