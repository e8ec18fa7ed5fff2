/**
 * The command line: each option is declared once with picocli's annotations. Its check, its help and {@code
 * docs/options.md} come from that declaration. This package knows types and ranges and applies options to a request; it
 * must not know what a command does.
 */
package org.jclone.cli.option;
