/**
 * Controls the {@code mysqld} of the target: its effective options, the fence around unconfigured data, and the private
 * start. This package knows neither donor nor source.
 */
package org.jclone.provision.mysqld;
