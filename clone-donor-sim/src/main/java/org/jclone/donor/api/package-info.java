/**
 * The configuration of a donor: accounts, TLS, the properties it reports, and time limits. This package opens no
 * connection.
 */
package org.jclone.donor.api;
