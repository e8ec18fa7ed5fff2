package org.jclone.protocol.netty;

import org.jclone.protocol.packet.ErrPacket;

/** The server answered with an ERR packet. */
public final class ServerErrorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the client was doing when the server answered with an error. */
    public enum Moment {
        /** Before or instead of the greeting. */
        GREETING,
        /** After the client sent the password. */
        LOGIN,
        /** In answer to COM_CLONE. */
        ENTERING_CLONE_MODE,
        /** In answer to a statement. */
        STATEMENT
    }

    private final transient ErrPacket error;
    private final Moment moment;

    public ServerErrorException(ErrPacket error, Moment moment) {
        super(error.errorCode() + " (" + error.sqlState() + "): " + error.message());
        this.error = error;
        this.moment = moment;
    }

    public ErrPacket error() {
        return error;
    }

    public Moment moment() {
        return moment;
    }
}
