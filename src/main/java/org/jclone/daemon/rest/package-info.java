/**
 * The daemon's API: the table of its routes, and their answers in JSON. This package must not know how a run works, nor
 * how bytes reach a caller.
 */
package org.jclone.daemon.rest;
