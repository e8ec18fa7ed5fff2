package org.jclone.donor.fault;

import java.util.function.Predicate;

/** The connections that a fault applies to. */
public record Connections(String description, Predicate<Outgoing> test) {

    /** {@return all connections} */
    public static Connections any() {
        return new Connections("any connection", message -> true);
    }

    /** Matches a connection by the order in which the donor accepts them, from 1. */
    public static Connections number(int number) {
        return new Connections("connection " + number, message -> message.connection() == number);
    }

    /** Matches the main connection, from COM_INIT or COM_REINIT on. */
    public static Connections main() {
        return new Connections(
                "main connection",
                message -> message.role() == ConnectionRole.MAIN || message.role() == ConnectionRole.RESUMED);
    }

    /** Matches the resumed main connection, from COM_REINIT on. */
    public static Connections resumed() {
        return role(ConnectionRole.RESUMED);
    }

    /** Matches worker connections, from COM_ATTACH on. */
    public static Connections worker() {
        return role(ConnectionRole.WORKER);
    }

    /** Matches the auxiliary connection, from the first COM_ACK on. */
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
