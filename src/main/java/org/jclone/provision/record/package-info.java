/**
 * The record of a provisioning run on disk, so that the next process continues where one died. Knows no server and no
 * step's content, and holds no secret.
 */
package org.jclone.provision.record;
