/**
 * Makes a clone a replica: chooses the donor and the method, and runs the steps. These packages know neither the
 * command line nor HTTP nor a logging backend; they use the engine through {@code org.jclone.recipient} and {@code
 * .api}.
 */
package org.jclone.provision;
