/**
 * What authentication plugins compute, as pure functions for both sides, and the client's half of the conversation
 * around them. It knows neither packets nor channels: messages go in and out as bytes.
 */
package org.jclone.protocol.auth;
