/** A real browser, and the tests that need one. */
package org.jclone.tests.browser;
