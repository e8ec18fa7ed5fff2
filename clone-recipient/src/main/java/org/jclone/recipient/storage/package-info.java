/**
 * The target's file system: safe names, durable files and directories, direct writes, holes. This package does not
 * know the protocol.
 */
package org.jclone.recipient.storage;
