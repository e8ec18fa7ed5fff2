/**
 * Chooses the server to clone: finds candidates, rates them, and tries the next one when an attempt fails. This package
 * knows neither what an attempt does nor the command line.
 */
package org.jclone.provision.donor;
