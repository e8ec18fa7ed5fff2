/**
 * Manual pages and completions for shells, written by the build from the declarations of the options. The program
 * itself loads none of this; it must not know what a command does.
 */
package org.jclone.cli.manual;
