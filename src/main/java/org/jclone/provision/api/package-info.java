/**
 * Request, events and result of a provisioning run. Knows the engine's API, and nothing of how the steps are done.
 */
package org.jclone.provision.api;
