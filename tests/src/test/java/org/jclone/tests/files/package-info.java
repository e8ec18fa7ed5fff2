/**
 * Compares directories and measures file systems. This package knows no server.
 */
package org.jclone.tests.files;
