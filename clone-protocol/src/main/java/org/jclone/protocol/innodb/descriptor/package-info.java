/**
 * The descriptors that InnoDB puts inside clone messages: locator, task, state, file and data. All integers are
 * big-endian, unlike those of the envelope. This package knows neither the envelope nor the purpose of a file.
 */
package org.jclone.protocol.innodb.descriptor;
