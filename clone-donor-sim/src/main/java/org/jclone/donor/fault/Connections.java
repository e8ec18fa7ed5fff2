package org.jclone.donor.fault;

import java.util.function.Predicate;

/** Which connections a fault is for. */
public record Connections(String description, Predicate<Outgoing> test) {

    public static Connections any() {
        return new Connections("any connection", message -> true);
    }

    /** By the order in which the donor accepts them, from 1. */
    public static Connections number(int number) {
        return new Connections("connection " + number, message -> message.connection() == number);
    }

    /** The one with COM_INIT or COM_REINIT, from then on. */
    public static Connections main() {
        return new Connections(
                "main connection",
                message -> message.role() == ConnectionRole.MAIN || message.role() == ConnectionRole.RESUMED);
    }

    /** The one with COM_REINIT, from then on. */
    public static Connections resumed() {
        return role(ConnectionRole.RESUMED);
    }

    /** Those with COM_ATTACH, from then on. */
    public static Connections worker() {
        return role(ConnectionRole.WORKER);
    }

    /** The one with COM_ACK, from the first on. */
    public static Connections aux() {
        return role(ConnectionRole.AUX);
    }

    private static Connections role(ConnectionRole role) {
        return new Connections(role + " connection", message -> message.role() == role);
    }

    boolean include(Outgoing message) {
        return test.test(message);
    }

    @Override
    public String toString() {
        return description;
    }
}
