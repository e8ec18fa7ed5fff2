/**
 * The files below {@code #clone} that tell a server, and its {@code performance_schema}, how a clone went. It knows the
 * target directory and the progress, and nothing of how either came about.
 */
package org.jclone.recipient.status;
