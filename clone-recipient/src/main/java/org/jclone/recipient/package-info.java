/** The engine's front door: {@link org.jclone.recipient.CloneRecipient} runs one clone from a request to a result. */
package org.jclone.recipient;
