/**
 * Facts about InnoDB's files that both ends of a clone need: flags, page layout, checksums, geometry and redo headers,
 * as pure functions over bytes. It does no file I/O and knows neither descriptors nor connections.
 */
package org.jclone.protocol.innodb.page;
