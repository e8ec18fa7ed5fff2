/**
 * The page of the daemon for people: rendered here as HTML, and kept current in the browser by server-sent parts of the
 * same HTML. This package must not know how a run works, who may call, nor how bytes reach a browser.
 */
package org.jclone.daemon.page;
