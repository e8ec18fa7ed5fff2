/**
 * What TLS with a donor is made of: keys and certificates from files, whom to trust, and what each failure means. It
 * knows neither the clone protocol nor what travels over the connection.
 */
package org.jclone.recipient.tls;
