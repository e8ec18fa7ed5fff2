/**
 * Statements to the donor and their small results, for what is asked before a clone. It knows neither what the
 * statements are about nor how a connection is made.
 */
package org.jclone.recipient.sql;
