/**
 * Real MySQL servers for tests, on this machine or in a container, controlled by the scripts of {@code tests/server}.
 * This package does not know jclone.
 */
package org.jclone.tests.server;
