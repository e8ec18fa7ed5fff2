/**
 * What each step of a provisioning run does. A step can be repeated from its start after a process died in it. Knows
 * neither the order of the steps nor the command line.
 */
package org.jclone.provision.step;
