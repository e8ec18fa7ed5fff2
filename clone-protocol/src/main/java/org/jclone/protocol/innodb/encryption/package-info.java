/**
 * InnoDB's encryption at rest as pure functions over bytes: keyring file, master keys, the wrapped keys of tablespaces
 * and redo log, encrypted pages and redo blocks. It does no file I/O and knows neither descriptors nor connections. It
 * keeps no key longer than the key's owner does.
 */
package org.jclone.protocol.innodb.encryption;
