/**
 * InnoDB's encryption at rest as pure functions over bytes: keyring file, master keys, the wrapped keys of tablespaces
 * and redo log, encrypted pages and redo blocks. It does no file I/O, knows no descriptor and no connection, and keeps
 * no key longer than its owner does.
 */
package org.jclone.protocol.innodb.encryption;
