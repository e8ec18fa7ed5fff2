/**
 * Turns descriptors and blocks into files: which file an index means, what DDL on the donor does to it, and how the
 * bytes of a connection get to the device. It knows no connection and no order of messages.
 */
package org.jclone.recipient.apply;
