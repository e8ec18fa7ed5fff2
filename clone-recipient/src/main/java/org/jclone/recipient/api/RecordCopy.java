package org.jclone.recipient.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;

/**
 * Copies records of settings with one component changed. A setting is then named once in its record and once in its {@code with} method, and in
 * no list of constructor arguments.
 */
final class RecordCopy {

    private RecordCopy() {}

    /**
     * Returns a copy of {@code record} whose component {@code name} is {@code value}.
     *
     * @throws IllegalArgumentException if the record refuses the value
     */
    static <R extends Record> R with(R record, String name, Object value) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        boolean known = false;
        try {
            for (int i = 0; i < components.length; i++) {
                boolean changed = components[i].getName().equals(name);
                known |= changed;
                types[i] = components[i].getType();
                values[i] = changed ? value : components[i].getAccessor().invoke(record);
            }
            if (!known) {
                throw new AssertionError(record.getClass() + " has no " + name);
            }
            @SuppressWarnings("unchecked") // getClass() of an R
            Class<R> type = (Class<R>) record.getClass();
            return type.getConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("settings are public records", e);
        }
    }
}
