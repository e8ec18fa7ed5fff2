/**
 * Replaces older data with a finished clone, so that one of the two is complete after any interruption. It knows
 * directories, and nothing about their content.
 */
package org.jclone.recipient.replace;
