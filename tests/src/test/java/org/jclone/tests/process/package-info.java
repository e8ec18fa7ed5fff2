/**
 * Runs other programs: scripts, and jclone as its users run it. This package knows neither servers nor jclone's classes.
 */
package org.jclone.tests.process;
