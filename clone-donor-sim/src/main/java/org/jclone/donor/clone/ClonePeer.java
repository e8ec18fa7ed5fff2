package org.jclone.donor.clone;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** The recipient at the other end of one connection in clone mode. Methods may block. Only one thread uses it. */
public interface ClonePeer {

    /** Fills a buffer from its position to its limit. */
    interface BlockReader {

        void read(ByteBuffer into) throws IOException;
    }

    /** Sends a message, or queues it for sending. */
    void send(CloneResponse response) throws DonorErrorException;

    /**
     * Sends a data descriptor and the data that it describes.
     *
     * @param done runs once, on any thread, when the block no longer uses memory: after it is sent or discarded
     */
    void sendBlock(DataDescriptor descriptor, BlockReader reader, Runnable done) throws DonorErrorException;

    /** Returns account and address, for the operator. Any thread. */
    String name();

    /** Returns whether the connection is protected against eavesdropping. */
    boolean isSecure();

    /** Returns false once the connection is lost. Any thread. */
    boolean isOpen();
}
