/**
 * Request, events and result of a provisioning run. This package knows the engine's API, but not how a step works.
 */
package org.jclone.provision.api;
