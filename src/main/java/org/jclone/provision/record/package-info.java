/**
 * Keeps the record of a provisioning run on disk, so that another process can continue after the first one died. This
 * package knows neither servers nor what a step does, and the record contains no secrets.
 */
package org.jclone.provision.record;
