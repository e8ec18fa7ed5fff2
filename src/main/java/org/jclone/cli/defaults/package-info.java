/**
 * Reads MySQL's option files and login paths by the rules of MySQL's own clients. This package knows files, groups and
 * lines, and must not know which options exist.
 */
package org.jclone.cli.defaults;
