/** What the donor says of itself in answer to COM_INIT, and whether its data can be used. It opens no connection. */
package org.jclone.recipient.compat;
