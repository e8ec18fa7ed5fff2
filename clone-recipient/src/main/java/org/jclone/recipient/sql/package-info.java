/**
 * Runs SQL statements with small results on the donor before a clone. This package knows neither the purpose of the statements nor how a connection is established.
 */
package org.jclone.recipient.sql;
