/**
 * TLS with a donor: keys and certificates from files, trust decisions, and the meaning of each failure. This package
 * knows neither the clone protocol nor the data on the connection.
 */
package org.jclone.recipient.tls;
