/**
 * The {@code mysqld} of the target: what its option files make of it, the fence around unconfigured data, and the private
 * start. Knows no donor and no source.
 */
package org.jclone.provision.mysqld;
