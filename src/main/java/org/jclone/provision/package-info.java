/**
 * From nothing to a replica that replicates: which donor, which way, and the steps. Its packages know neither the command
 * line nor HTTP nor a logging backend; they use the engine through {@code org.jclone.recipient} and {@code .api}.
 */
package org.jclone.provision;
