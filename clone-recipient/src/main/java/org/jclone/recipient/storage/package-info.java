/**
 * The target's file system: safe names, durable files and directories, direct writes, holes. It knows nothing of the
 * protocol.
 */
package org.jclone.recipient.storage;
