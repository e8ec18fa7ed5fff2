/**
 * What can be said on the command line, each option declared once with picocli's annotations; its check, the help and
 * {@code docs/options.md} read the declaration. It knows types and ranges and hands them to a request; it must not know
 * what a command does.
 */
package org.jclone.cli.option;
