/**
 * The way into the program for tests that run it in their own process. It knows {@code org.jclone.cli} only.
 */
package org.jclone.cli;
