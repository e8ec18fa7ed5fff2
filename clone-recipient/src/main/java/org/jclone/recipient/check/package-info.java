/**
 * Checks for problems that would make a clone fail or yield an unusable copy, without starting a clone or changing anything. This package uses a given connection for statements and opens none itself.
 */
package org.jclone.recipient.check;
