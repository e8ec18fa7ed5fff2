/**
 * Where log records go and how they look. It knows Logback, which nothing else here may, and must not know what is
 * logged.
 */
package org.jclone.cli.log;
