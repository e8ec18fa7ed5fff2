/**
 * The descriptors that InnoDB puts inside clone messages: locator, task, state, file and data. All integers are
 * big-endian, unlike those of the envelope around them; nothing here knows the envelope or what a file is for.
 */
package org.jclone.protocol.innodb.descriptor;
