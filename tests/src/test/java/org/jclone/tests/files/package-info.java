/**
 * The content of directories, and how full they are. Knows no server.
 */
package org.jclone.tests.files;
