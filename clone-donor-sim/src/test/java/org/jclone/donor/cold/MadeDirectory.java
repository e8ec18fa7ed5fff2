package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;

/** A directory with generated data, like that of a server that was shut down cleanly. */
final class MadeDirectory {

    private MadeDirectory() {}

    static MadeDataBuilder server() {
        return MadeData.builder(3)
                .bufferPoolDump(777)
                .systemTablespace(1 << 20, 2 << 20)
                .dictionary(1 << 20)
                .undoTablespaces(2, 1 << 20)
                .table("shop/orders", 1 << 20)
                .generalTablespace("./general.ibd", 1 << 20)
                .redo(0, 65536);
    }

    static MadeData write(Path directory, MadeDataBuilder builder) throws IOException {
        MadeData data = builder.build();
        for (FinalFile file : data.finalFiles()) {
            Path target = directory.resolve(file.name());
            Files.createDirectories(target.getParent());
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.content().read(0, content);
            Files.write(target, content.array());
        }
        return data;
    }

    static void overwrite(Path directory, String file, long offset, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }
}
