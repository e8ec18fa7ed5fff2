/**
 * What a donor is told when it starts: accounts, TLS, how it presents itself, and how patient it is. It opens no
 * connection.
 */
package org.jclone.donor.api;
