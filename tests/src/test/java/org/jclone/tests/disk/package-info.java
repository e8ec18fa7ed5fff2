/**
 * Faults of the disk under a program of ours, made by the kernel's own means: system calls that fail, file systems that
 * fill up or stop to take writes. Knows no server and nothing of jclone's classes.
 */
package org.jclone.tests.disk;
