/**
 * The responses of clone mode, donor to recipient, in the little-endian envelope of the clone plugin. This package
 * knows neither the order in which they arrive nor the purpose of the descriptors and data inside them.
 */
package org.jclone.protocol.clone.response;
