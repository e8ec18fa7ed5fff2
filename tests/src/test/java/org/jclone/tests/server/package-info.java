/**
 * Real MySQL servers for tests, on this machine or in a container, driven through the scripts of {@code tests/server}.
 * Knows nothing of jclone.
 */
package org.jclone.tests.server;
