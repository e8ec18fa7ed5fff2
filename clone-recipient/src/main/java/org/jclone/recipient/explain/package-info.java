/**
 * What each error around a clone means, how to find its cause, and what to do: one text for messages, program and
 * documents; and what a log tells of clones. It knows numbers and names and must not know who meets them.
 */
package org.jclone.recipient.explain;
