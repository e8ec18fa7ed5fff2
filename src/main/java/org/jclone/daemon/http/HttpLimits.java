package org.jclone.daemon.http;

import java.time.Duration;

/**
 * The limits of one listener.
 *
 * @param connections connections at the same time; one more is refused
 * @param connectionsOfUser connections of one user of a Unix socket who has access
 * @param connectionsOfOthers connections of all users without access together
 * @param requestLineBytes length of the request line
 * @param headerBytes length of all header lines of a request
 * @param bodyBytes length of a request's body
 * @param idle how long a connection may take until the header of the next request is complete
 * @param body how long a request's body may take
 * @param write how long a part of a response may stay unread
 * @param heartbeat how often an idle stream of events sends a sign of life
 */
public record HttpLimits(
        int connections,
        int connectionsOfUser,
        int connectionsOfOthers,
        int requestLineBytes,
        int headerBytes,
        int bodyBytes,
        Duration idle,
        Duration body,
        Duration write,
        Duration heartbeat) {

    public static final HttpLimits DEFAULT = new HttpLimits(
            64,
            24,
            8,
            4096,
            16_384,
            65_536,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15));
}
