/**
 * Configures the log: destination, format, and the records that describe a clone. Only this package knows Logback. It
 * knows no options except the level.
 */
package org.jclone.cli.log;
