package org.jclone.cli;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals of the operating system, through {@code sun.misc.Signal}: Java has no other API. Reflection avoids a
 * compiler warning that cannot be suppressed.
 */
final class OsSignal implements AutoCloseable {

    private final Object signal;
    private final Object before;

    private OsSignal(Object signal, Object before) {
        this.signal = signal;
        this.before = before;
    }

    /**
     * Calls {@code handler} with the number of the signal until the result is closed. An ignored signal stays
     * ignored, as in a background program of a shell.
     *
     * @param name such as {@code INT}
     */
    static OsSignal handle(String name, IntConsumer handler) {
        try {
            Object signal = Class.forName("sun.misc.Signal")
                    .getConstructor(String.class)
                    .newInstance(name);
            int number = (int) signal.getClass().getMethod("getNumber").invoke(signal);
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    OsSignal.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept(number);
                            return null;
                        }
                        return method.getName().equals("hashCode") ? (Object) System.identityHashCode(self) : false;
                    });
            Object before = set(signal, proxy);
            if (before.equals(handlerType.getField("SIG_IGN").get(null))) {
                set(signal, before);
            }
            return new OsSignal(signal, before);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return new OsSignal(null, null); // the JVM reserves the signal, and ends on it
        }
    }

    private static Object set(Object signal, Object handler) throws ReflectiveOperationException {
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        return signal.getClass()
                .getMethod("handle", signal.getClass(), handlerType)
                .invoke(null, signal, handler);
    }

    @Override
    public void close() {
        if (signal == null) {
            return;
        }
        try {
            set(signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
