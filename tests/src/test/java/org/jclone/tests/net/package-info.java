/**
 * Peers that misbehave: a proxy that cuts, stalls and slows connections, and listeners that are no MySQL servers. This
 * package knows no protocol.
 */
package org.jclone.tests.net;
