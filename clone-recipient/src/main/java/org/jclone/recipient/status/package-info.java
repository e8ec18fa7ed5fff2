/**
 * The files below {@code #clone} from which a server, and its {@code performance_schema}, learns how a clone ended. This package depends on the target directory and the progress only.
 */
package org.jclone.recipient.status;
