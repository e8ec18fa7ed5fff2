/**
 * The conversation with the donor: connections, the order of messages, the barriers between snapshot states, how many
 * connections and how fast, and how it ends well or badly. It leaves files to {@code apply}.
 */
package org.jclone.recipient.session;
