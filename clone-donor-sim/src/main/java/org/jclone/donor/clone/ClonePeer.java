package org.jclone.donor.clone;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** The recipient at the other end of one connection in clone mode. Methods may block, and belong to one thread. */
public interface ClonePeer {

    /** Fills a buffer from its position to its limit. */
    interface BlockReader {

        void read(ByteBuffer into) throws IOException;
    }

    /** Sends a message, or at least takes care that it will be sent. */
    void send(CloneResponse response) throws DonorErrorException;

    /**
     * Sends a data descriptor and the data that it describes.
     *
     * @param done runs once, on any thread, when the block takes no more memory: it is sent, or will never be
     */
    void sendBlock(DataDescriptor descriptor, BlockReader reader, Runnable done) throws DonorErrorException;

    /** Who this is, for the operator: account and address. Any thread. */
    String name();

    /** Whether nobody else can read what is sent. */
    boolean isSecure();

    /** False once the connection is gone. Any thread. */
    boolean isOpen();
}
