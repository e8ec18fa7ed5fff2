/** Counts the work of a clone and measures its speed. This package depends on neither connections nor files. */
package org.jclone.recipient.progress;
