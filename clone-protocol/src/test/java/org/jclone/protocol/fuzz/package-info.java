/**
 * Everything that comes from a peer or from a file, fed with whatever a fuzzer thinks of. In a normal build each target
 * runs over its seeds only; {@code tests/fuzz} lets the fuzzer loose.
 */
package org.jclone.protocol.fuzz;
