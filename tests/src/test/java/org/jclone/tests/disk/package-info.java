/**
 * Injects disk faults into a running program with the kernel's own means: system calls that fail, and file systems that
 * fill up or refuse writes. This package knows neither servers nor jclone's classes.
 */
package org.jclone.tests.disk;
