/**
 * The conversation with the donor: who says what and when, the barriers between snapshot states, how many connections
 * work, and how a clone ends well or badly. It opens connections through {@code connection} and leaves the directory to
 * {@code target}. Public are the two sessions that the entrance of the engine runs.
 */
package org.jclone.recipient.session;
