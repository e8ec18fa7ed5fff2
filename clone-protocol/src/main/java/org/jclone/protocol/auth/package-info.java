/**
 * The computations of authentication plugins as pure functions for both sides, and the client's half of the exchange.
 * This package knows neither packets nor channels: messages are bytes.
 */
package org.jclone.protocol.auth;
