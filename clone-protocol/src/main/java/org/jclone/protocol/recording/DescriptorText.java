package org.jclone.protocol.recording;

import java.util.stream.Collectors;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;

/** Formats InnoDB's descriptors on one line. */
final class DescriptorText implements CloneDescriptor.Handler<String> {

    static final DescriptorText INSTANCE = new DescriptorText();

    private DescriptorText() {}

    @Override
    public String onLocator(Locator locator) {
        return "LOCATOR v" + locator.version()
                + " clone_id=" + locator.cloneId()
                + " snapshot_id=" + locator.snapshotId()
                + " index=" + locator.cloneIndex()
                + " state=" + locator.state()
                + " metadata_transferred=" + locator.metadataTransferred()
                + locator.restart().map(DescriptorText::progress).orElse("");
    }

    @Override
    public String onTask(TaskDescriptor task) {
        return "TASK v" + task.version() + " task=" + task.taskIndex() + " chunk=" + task.chunk() + " block="
                + task.block();
    }

    @Override
    public String onState(StateDescriptor state) {
        return "STATE v" + state.version()
                + ' ' + state.state()
                + " task=" + state.taskIndex()
                + " chunks=" + state.chunkCount()
                + " files=" + state.fileCount()
                + " estimate=" + state.estimatedBytes()
                + " estimate_disk=" + state.estimatedDiskBytes()
                + (state.isStart() ? " START" : " END")
                + (state.isAck() ? " ACK" : "");
    }

    @Override
    public String onFile(FileDescriptor file) {
        return "FILE v" + file.version()
                + " state=" + file.state()
                + " size=" + file.fileSize()
                + " allocated=" + file.allocatedSize()
                + " fsp_flags=0x" + Long.toHexString(file.fspFlags())
                + " fs_block=" + file.fsBlockSize()
                + " flags=0x" + Integer.toHexString(file.flags())
                + " space_id=" + file.spaceId()
                + " file=" + file.fileIndex()
                + " chunks=" + file.firstChunk() + ".." + file.lastChunk()
                + " name=" + Quoted.of(file.name())
                + (file.hasKey() ? " with key" : "");
    }

    @Override
    public String onData(DataDescriptor data) {
        return "DATA v" + data.version()
                + " state=" + data.state()
                + " task=" + data.taskIndex()
                + " chunk=" + data.chunk()
                + " block=" + data.block()
                + " file=" + data.fileIndex()
                + " length=" + data.dataLength()
                + " offset=" + data.fileOffset()
                + " file_size=" + data.fileSize();
    }

    private static String progress(RestartProgress progress) {
        return progress.incomplete().stream()
                        .map(chunk -> chunk.chunk() + ":" + chunk.block())
                        .collect(Collectors.joining(",", " incomplete=[", "]"))
                + progress.bitmapWords().stream()
                        .map(word -> String.format("%08x", word))
                        .collect(Collectors.joining(",", " bitmap=[", "]"));
    }
}
