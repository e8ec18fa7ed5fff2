/**
 * What all levels of the clone protocol share: protocol versions and MySQL's error numbers. It knows no message.
 */
package org.jclone.protocol.clone;
