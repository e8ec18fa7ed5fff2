/**
 * Peers that misbehave: a proxy that cuts, stalls and slows connections, and listeners that are no MySQL server. Knows no
 * protocol.
 */
package org.jclone.tests.net;
