/**
 * Turns descriptors and blocks into files: maps indexes to files, applies the donor's DDL, and writes the received bytes to the device. This package knows neither connections nor the order of messages.
 */
package org.jclone.recipient.apply;
