/**
 * Asks the members of a replication group, and decides what a new member needs: settings, privileges, and a member to
 * fetch transactions from. This package knows neither the steps of a run nor the files of the target.
 */
package org.jclone.provision.group;
