/**
 * Whole clones from real servers, and the rules that hold the project's arrows. Knows the recipient's public face
 * and the program's command line, and nothing of what lies behind them.
 */
package org.jclone.tests;
