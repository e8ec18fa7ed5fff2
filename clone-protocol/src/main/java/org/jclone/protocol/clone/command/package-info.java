/**
 * The commands of clone mode, recipient to donor, in the little-endian envelope of the clone plugin. They carry
 * locators and descriptors as bytes. This package does not know the order in which a clone sends them.
 */
package org.jclone.protocol.clone.command;
