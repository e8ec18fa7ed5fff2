/**
 * Complete clones of real servers, and the rules for the project's dependencies. Knows the recipient's public API and the
 * program's command line, and nothing behind them.
 */
package org.jclone.tests;
