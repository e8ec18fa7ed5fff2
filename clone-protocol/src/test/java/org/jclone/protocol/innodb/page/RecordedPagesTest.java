package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.DataResponse;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.recording.RecordedMessage;
import org.jclone.protocol.recording.Recordings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages and redo of a real, busy server, as a recording of a clone of it has them. */
class RecordedPagesTest {

    private static final int PAGE_SIZE = 16384;

    private static final Map<Long, FileDescriptor> FILES = new HashMap<>();
    private static final Map<SnapshotState, Map<Finding, Integer>> FINDINGS = new EnumMap<>(SnapshotState.class);
    private static final List<String> BAD_PAGES = new ArrayList<>();
    private static final ByteBuffer REDO = ByteBuffer.allocate(8 << 20);

    private static DataDescriptor announced;
    private static long redoEnd;

    @BeforeAll
    static void readTheRecording() throws Exception {
        Recordings.read("plain-1", packet -> {
            if (packet.message() instanceof RecordedMessage.FromCloneMode clone) {
                onResponse(clone.response());
            }
        });
    }

    @Test
    void everyPageOfPageCopyIsWhole() {
        assertThat(FINDINGS.get(SnapshotState.PAGE_COPY)).containsOnlyKeys(Finding.OK);
        assertThat(FINDINGS.get(SnapshotState.PAGE_COPY).get(Finding.OK)).isEqualTo(1126);
    }

    @Test
    void pagesOfFileCopyAreWholeOrStillEmptyOrMayBeTorn() {
        Map<Finding, Integer> findings = FINDINGS.get(SnapshotState.FILE_COPY);

        assertThat(findings).containsKeys(Finding.OK, Finding.EMPTY);
        assertThat(findings.keySet())
                .isSubsetOf(Finding.OK, Finding.EMPTY, Finding.DOUBLEWRITE, Finding.TORN, Finding.WRONG_CHECKSUM);
        assertThat(BAD_PAGES).as("pages of %s", findings).hasSizeLessThan(5);
    }

    @Test
    void theRedoHeaderIsThatOfACloneAndEncodesToTheSameBytes() {
        ByteBuf bytes = Unpooled.wrappedBuffer(REDO.slice(0, RedoHeader.LENGTH));
        RedoHeader header = RedoHeader.CODEC.decode(bytes.duplicate());
        ByteBuf encoded = Unpooled.buffer();

        RedoHeader.CODEC.encode(header, encoded);

        assertThat(encoded).isEqualTo(bytes);
        assertThat(header.isOfClone()).isTrue();
        assertThat(header.isEncrypted()).isFalse();
        assertThat(header.startLsn() % RedoLogBlock.LENGTH).isZero();
        assertThat(header.checkpointLsn1()).isEqualTo(header.checkpointLsn2()).isGreaterThan(header.startLsn());
    }

    @Test
    void everyBlockOfTheRedoLogFollowsTheOneBefore() {
        RedoHeader header = RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(REDO.slice(0, RedoHeader.LENGTH)));
        assertThat(redoEnd).isGreaterThan(2 << 20).isLessThan(8 << 20);
        for (int offset = RedoHeader.LENGTH; offset < redoEnd; offset += RedoLogBlock.LENGTH) {
            long lsn = header.startLsn() + offset - RedoHeader.LENGTH;
            ByteBuffer bytes = REDO.duplicate().position(offset);
            RedoLogBlock block = RedoLogBlock.read(bytes);
            assertThat(RedoLogBlock.hasValidChecksum(bytes))
                    .as("checksum at %d", offset)
                    .isTrue();
            assertThat(block.number()).as("number at %d", offset).isEqualTo(RedoLogBlock.numberAt(lsn));
            assertThat(block.epoch()).as("epoch at %d", offset).isEqualTo(RedoLogBlock.epochAt(lsn));
            assertThat(block.isFull()).as("full at %d", offset).isEqualTo(offset + RedoLogBlock.LENGTH < redoEnd);
        }
    }

    private static void onResponse(CloneResponse response) {
        if (response instanceof DataDescriptorResponse described) {
            if (described.descriptor() instanceof FileDescriptor file && file.state() == SnapshotState.FILE_COPY) {
                FILES.put(file.fileIndex(), file);
            } else if (described.descriptor() instanceof DataDescriptor data) {
                announced = data;
            }
        } else if (response instanceof DataResponse data) {
            onData(announced, data.content());
        }
    }

    private static void onData(DataDescriptor descriptor, ByteBuf content) {
        if (descriptor.state() == SnapshotState.REDO_COPY) {
            REDO.put((int) descriptor.fileOffset(), content.nioBuffer(), 0, content.readableBytes());
            redoEnd = Math.max(redoEnd, descriptor.fileOffset() + content.readableBytes());
            return;
        }
        FileDescriptor file = FILES.get(descriptor.fileIndex());
        FspFlags flags = new FspFlags(file.fspFlags());
        if (!flags.isTablespace()) {
            return;
        }
        PageCheck check = new PageCheck(flags, PAGE_SIZE, file.spaceId());
        int physicalPageSize = flags.physicalPageSize(PAGE_SIZE);
        for (int at = 0; at < content.readableBytes(); at += physicalPageSize) {
            long pageNumber = (descriptor.fileOffset() + at) / physicalPageSize;
            PageCheck.Result result = check.check(content.nioBuffer(at, physicalPageSize), pageNumber);
            FINDINGS.computeIfAbsent(descriptor.state(), state -> new EnumMap<>(Finding.class))
                    .merge(result.finding(), 1, Integer::sum);
            if (!result.isOk()) {
                BAD_PAGES.add(file.name() + " page " + pageNumber + ": " + result);
            }
        }
    }
}
