/**
 * The donor's half of the clone protocol, from COM_INIT to COM_EXIT, with several tasks for one clone. This package knows
 * data as blocks of a source, and the peer as a receiver of responses. It knows no channel.
 */
package org.jclone.donor.clone;
