/**
 * Reads MySQL's option files and login paths, with the rules of MySQL's own clients. It knows files, groups and lines,
 * and must not know which options there are.
 */
package org.jclone.cli.defaults;
