/**
 * The donor's half of the clone protocol: from COM_INIT to COM_EXIT, with several tasks for one clone. It knows data as
 * blocks of a source and the peer as somebody to send responses to, and no channel.
 */
package org.jclone.donor.clone;
