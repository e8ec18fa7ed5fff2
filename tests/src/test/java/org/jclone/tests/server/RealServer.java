package org.jclone.tests.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that need a real MySQL server; constructors and methods may ask for {@link Servers}. Where no server
 * is available they are skipped with the reason, or fail if the environment has {@code CI=true}.
 *
 * <p>{@code -Djclone.test.server} chooses where servers come from: {@code docker} (an image named by
 * {@code -Djclone.test.image}), {@code local} (unpacked from Debian's packages), or {@code auto}: the first of both
 * that works, and first the unpacked server if an image would have to be pulled.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealServerExtension.class)
public @interface RealServer {}
