/**
 * The responses of clone mode, donor to recipient, in the little-endian envelope of the clone plugin. They do not know
 * in which order they come, nor what the descriptors and data inside them are for.
 */
package org.jclone.protocol.clone.response;
