/**
 * The alphabet of the protocol: fixed-width integers, length-encoded integers, strings, and the reader that
 * refuses bytes which do not fit. It knows no message.
 */
package org.jclone.protocol.wire;
