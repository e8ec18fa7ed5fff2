/**
 * Where log records go and how they look, and the records that tell a clone. It knows Logback, which nothing else here
 * may, and nothing of options beyond the level.
 */
package org.jclone.cli.log;
