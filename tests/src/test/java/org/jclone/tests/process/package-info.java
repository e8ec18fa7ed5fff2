/**
 * Runs other programs: scripts, and jclone as its users run it. Knows no server and none of jclone's classes.
 */
package org.jclone.tests.process;
