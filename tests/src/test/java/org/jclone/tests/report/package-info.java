/**
 * Names the tests that could not run. Knows JUnit's platform and no test.
 */
package org.jclone.tests.report;
