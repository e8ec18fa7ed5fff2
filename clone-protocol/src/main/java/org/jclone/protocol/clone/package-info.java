/**
 * What a clone speaks about on every level: protocol versions and MySQL's error numbers. It knows no message.
 */
package org.jclone.protocol.clone;
