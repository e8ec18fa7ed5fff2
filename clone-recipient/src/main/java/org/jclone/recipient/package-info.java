/** Entry points of the engine: {@link org.jclone.recipient.CloneRecipient} runs one clone, {@link org.jclone.recipient.DonorCheck} checks a donor. */
package org.jclone.recipient;
