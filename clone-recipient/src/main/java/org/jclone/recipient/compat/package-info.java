/**
 * The donor's properties, their compatibility with the target, and the settings of the server on the clone. This package opens no connection, and runs nothing of the target except {@code mysqld --version} and {@code --help}.
 */
package org.jclone.recipient.compat;
