/**
 * Puts a finished clone in the place of older data, so that whatever is interrupted, one of both is whole. It knows
 * directories and nothing of what is in them.
 */
package org.jclone.recipient.replace;
