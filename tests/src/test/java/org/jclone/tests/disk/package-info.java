/**
 * Faults of the disk under a program of ours, made with the kernel's own means: system calls that fail, and file systems
 * that fill up or refuse writes. Knows no server and none of jclone's classes.
 */
package org.jclone.tests.disk;
