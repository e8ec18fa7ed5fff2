/**
 * What can be said on the command line, each option declared once; the parser, the help and {@code docs/options.md} read
 * the declaration. It knows types and ranges and must not know what a command does with them.
 */
package org.jclone.cli.option;
