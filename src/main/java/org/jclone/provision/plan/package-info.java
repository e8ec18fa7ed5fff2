/**
 * Decides how a server becomes a replica: by a clone, or from the source's binary log. This package asks no server.
 */
package org.jclone.provision.plan;
