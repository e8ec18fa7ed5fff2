/**
 * Real MySQL servers for tests, on this machine or in a container, driven through the scripts of {@code tests/server}.
 * Does not know jclone.
 */
package org.jclone.tests.server;
