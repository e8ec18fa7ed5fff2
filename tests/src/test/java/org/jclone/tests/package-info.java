/**
 * Complete clones of real servers, and the rules for the project's dependencies. These tests know only the recipient's
 * public API and the program's command line.
 */
package org.jclone.tests;
