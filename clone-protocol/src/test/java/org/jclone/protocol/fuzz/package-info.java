/**
 * Fuzz tests of all input from a peer or a file. In a normal build each target runs only over its seeds;
 * {@code tests/fuzz} runs the fuzzer.
 */
package org.jclone.protocol.fuzz;
