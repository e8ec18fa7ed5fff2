package org.jclone.donor.clone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** Records what it receives; of blocks only the descriptors, after it has read the data. */
final class RecordingPeer implements ClonePeer {

    final List<CloneResponse> received = new CopyOnWriteArrayList<>();
    volatile boolean open = true;
    String name = "somebody@10.1.2.3:4567";

    /** Returns the registry that the conversations of a donor share. */
    static CloneRegistry registry(DataSource source, CloneLimits limits) {
        return new CloneRegistry(DonorConfig.builder(source)
                .account(Account.of("somebody", ""))
                .limits(limits)
                .build());
    }

    @Override
    public void send(CloneResponse response) {
        received.add(response);
    }

    @Override
    public void sendBlock(DataDescriptor descriptor, BlockReader reader, Runnable done) throws DonorErrorException {
        ByteBuffer bytes = ByteBuffer.allocate((int) descriptor.dataLength());
        try {
            reader.read(bytes);
        } catch (IOException e) {
            throw DonorErrorException.internal(e.getMessage());
        }
        received.add(DataDescriptorResponse.innodb(descriptor));
        done.run();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    CloneResponse last() {
        return received.get(received.size() - 1);
    }

    List<String> kinds() {
        return received.stream()
                .map(response -> response.getClass().getSimpleName().replace("Response", ""))
                .toList();
    }
}
