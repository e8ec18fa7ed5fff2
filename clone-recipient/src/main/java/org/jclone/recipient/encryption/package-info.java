/**
 * The target's side of encryption at rest: the keyring file with its master key, and the keys that are wrapped with it.
 * It knows neither connections nor descriptors.
 */
package org.jclone.recipient.encryption;
