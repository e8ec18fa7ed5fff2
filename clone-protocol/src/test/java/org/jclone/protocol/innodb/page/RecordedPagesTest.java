package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
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
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.recording.RecordedMessage;
import org.jclone.protocol.recording.RecordedPacket;
import org.jclone.protocol.recording.Recordings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses pages and redo of real, busy servers, from recordings of their clones. */
class RecordedPagesTest {

    private static final int PAGE_SIZE = 16384;

    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "8.0.45-plain-1"})
    void everyPageOfPageCopyIsValid(String recording) throws IOException {
        Copy copy = Copy.of(recording);
        Map<Finding, Integer> findings = copy.findings.get(SnapshotState.PAGE_COPY);

        assertThat(findings).as("%s", copy.badPages).containsOnlyKeys(Finding.OK);
        assertThat(findings.get(Finding.OK)).isEqualTo(copy.announcedPages);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "8.0.45-plain-1"})
    void pagesOfFileCopyAreValidEmptyOrTorn(String recording) throws IOException {
        Copy copy = Copy.of(recording);
        Map<Finding, Integer> findings = copy.findings.get(SnapshotState.FILE_COPY);

        assertThat(findings).containsKeys(Finding.OK, Finding.EMPTY);
        assertThat(findings.keySet())
                .isSubsetOf(Finding.OK, Finding.EMPTY, Finding.DOUBLEWRITE, Finding.TORN, Finding.WRONG_CHECKSUM);
        assertThat(copy.badPages).as("pages of %s", findings).hasSizeLessThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "8.0.45-plain-1"})
    void theRedoHeaderBelongsToACloneAndEncodesToTheSameBytes(String recording) throws IOException {
        ByteBuf bytes = Unpooled.wrappedBuffer(Copy.of(recording).redo.slice(0, RedoHeader.LENGTH));
        RedoHeader header = RedoHeader.CODEC.decode(bytes.duplicate());
        ByteBuf encoded = Unpooled.buffer();

        RedoHeader.CODEC.encode(header, encoded);

        assertThat(encoded).isEqualTo(bytes);
        assertThat(header.isOfClone()).isTrue();
        assertThat(header.isEncrypted()).isFalse();
        assertThat(header.startLsn() % RedoLogBlock.LENGTH).isZero();
        assertThat(header.checkpointLsn1()).isEqualTo(header.checkpointLsn2()).isGreaterThan(header.startLsn());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-1", "8.0.45-plain-1"})
    void everyRedoLogBlockFollowsThePreviousOne(String recording) throws IOException {
        Copy copy = Copy.of(recording);
        RedoHeader header = RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(copy.redo.slice(0, RedoHeader.LENGTH)));
        assertThat(copy.redoEnd).isGreaterThan(2 << 20).isLessThan(8 << 20);
        for (int offset = RedoHeader.LENGTH; offset < copy.redoEnd; offset += RedoLogBlock.LENGTH) {
            long lsn = header.startLsn() + offset - RedoHeader.LENGTH;
            ByteBuffer bytes = copy.redo.duplicate().position(offset);
            RedoLogBlock block = RedoLogBlock.read(bytes);
            assertThat(RedoLogBlock.hasValidChecksum(bytes))
                    .as("checksum at %d", offset)
                    .isTrue();
            assertThat(block.number()).as("number at %d", offset).isEqualTo(RedoLogBlock.numberAt(lsn));
            assertThat(block.epoch()).as("epoch at %d", offset).isEqualTo(RedoLogBlock.epochAt(lsn));
            assertThat(block.isFull()).as("full at %d", offset).isEqualTo(offset + RedoLogBlock.LENGTH < copy.redoEnd);
        }
    }

    /** The content of one recording, read once. */
    private static final class Copy {

        private static final Map<String, Copy> READ = new HashMap<>();

        private final Map<Long, FileDescriptor> files = new HashMap<>();
        private final Map<SnapshotState, Map<Finding, Integer>> findings = new EnumMap<>(SnapshotState.class);
        private final List<String> badPages = new ArrayList<>();
        private final ByteBuffer redo = ByteBuffer.allocate(8 << 20);

        private DataDescriptor announced;
        private int announcedPages;
        private long redoEnd;

        static Copy of(String recording) throws IOException {
            Copy copy = READ.get(recording);
            if (copy == null) {
                copy = new Copy();
                READ.put(recording, copy);
                Recordings.read(recording, copy::onPacket);
            }
            return copy;
        }

        private void onPacket(RecordedPacket packet) {
            if (packet.message() instanceof RecordedMessage.FromCloneMode clone) {
                onResponse(clone.response());
            }
        }

        private void onResponse(CloneResponse response) {
            if (response instanceof DataDescriptorResponse described) {
                if (described.descriptor() instanceof FileDescriptor file && file.state() == SnapshotState.FILE_COPY) {
                    files.put(file.fileIndex(), file);
                } else if (described.descriptor() instanceof StateDescriptor state
                        && state.state() == SnapshotState.PAGE_COPY
                        && state.isStart()) {
                    announcedPages = (int) state.fileCount();
                } else if (described.descriptor() instanceof DataDescriptor data) {
                    announced = data;
                }
            } else if (response instanceof DataResponse data) {
                onData(data.content());
            }
        }

        private void onData(ByteBuf content) {
            if (announced.state() == SnapshotState.REDO_COPY) {
                redo.put((int) announced.fileOffset(), content.nioBuffer(), 0, content.readableBytes());
                redoEnd = Math.max(redoEnd, announced.fileOffset() + content.readableBytes());
                return;
            }
            FileDescriptor file = files.get(announced.fileIndex());
            FspFlags flags = new FspFlags(file.fspFlags());
            if (!flags.isTablespace()) {
                return;
            }
            PageCheck check = new PageCheck(flags, PAGE_SIZE, file.spaceId());
            int physicalPageSize = flags.physicalPageSize(PAGE_SIZE);
            for (int at = 0; at < content.readableBytes(); at += physicalPageSize) {
                long pageNumber = (announced.fileOffset() + at) / physicalPageSize;
                PageCheck.Result result = check.check(content.nioBuffer(at, physicalPageSize), pageNumber);
                findings.computeIfAbsent(announced.state(), state -> new EnumMap<>(Finding.class))
                        .merge(result.finding(), 1, Integer::sum);
                if (!result.isOk()) {
                    badPages.add(file.name() + " page " + pageNumber + ": " + result);
                }
            }
        }
    }
}
