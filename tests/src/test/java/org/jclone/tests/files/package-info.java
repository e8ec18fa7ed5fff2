/**
 * What tests ask of directories: what is in them, and how full they are. Knows no server.
 */
package org.jclone.tests.files;
