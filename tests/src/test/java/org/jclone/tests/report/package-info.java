/**
 * Lists the tests that could not run. This package knows JUnit's platform, but no test.
 */
package org.jclone.tests.report;
