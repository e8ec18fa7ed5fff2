package org.jclone.cli.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The examples of a command, for its help and its manual page. Each is a comment, which begins with {@code #}, and
 * below it a command line that a shell accepts unchanged.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Examples {

    /** The lines: comment, command, comment, command. */
    String[] value();
}
