package org.jclone.tests;

import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.net.FaultyProxy;

/**
 * The acknowledgements that end the stages of a clone through a proxy. While one is withheld, the clone stays in its
 * stage, however fast or slow the machine is. {@link FaultyProxy#heal} delivers it.
 */
final class Acknowledgements {

    /** By then FILE COPY has begun. */
    private static final long FILE_COPY_BYTES = 1 << 20;

    private final FaultyProxy proxy;
    private final int connection;

    private Acknowledgements(FaultyProxy proxy, int connection) {
        this.proxy = proxy;
        this.connection = connection;
    }

    /** Of the library: its first connection is the main one, its second has the acknowledgements. */
    static Acknowledgements ofTheLibrary(FaultyProxy proxy) {
        return new Acknowledgements(proxy, 1);
    }

    /** Of the program, which checks the donor over another connection first. */
    static Acknowledgements ofTheProgram(FaultyProxy proxy) {
        return new Acknowledgements(proxy, 2);
    }

    /** Stops all traffic when the recipient has all of this stage. Call it before the clone begins. */
    void withhold(CloneStage stage) {
        int ordinal = stage.ordinal() - CloneStage.FILE_COPY.ordinal() + 1;
        proxy.stallAtMessage(connection, ordinal, FILE_COPY_BYTES);
    }

    /** Waits for the acknowledgement that is withheld, delivers it, and withholds the one of the next stage. */
    void withholdNext() throws InterruptedException {
        proxy.awaitStall(Fetches.TIMEOUT);
        proxy.stallAtMessage(connection, 1, 0);
        proxy.resume();
    }
}
