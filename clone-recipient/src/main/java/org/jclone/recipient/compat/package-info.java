/**
 * What the donor says of itself, whether its data can be used, and what the server on the clone needs. It opens no
 * connection, and of the target it runs nothing but {@code mysqld --version} and {@code --help}.
 */
package org.jclone.recipient.compat;
