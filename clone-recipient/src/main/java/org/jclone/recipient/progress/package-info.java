/** Counts what a clone has done and how fast it is. It knows neither connections nor files. */
package org.jclone.recipient.progress;
