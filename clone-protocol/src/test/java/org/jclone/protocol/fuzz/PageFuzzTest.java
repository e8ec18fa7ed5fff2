package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages and redo, padded to the expected size; the first byte selects the kind. */
class PageFuzzTest {

    private static final int PAGE_SIZE = 16384;

    /** Plain, zip of 8 KiB and of 2 KiB. */
    private static final FspFlags[] FLAGS = {new FspFlags(0x4021), new FspFlags(0x4029), new FspFlags(0x4025)};

    static Stream<Arguments> seeds() {
        return Stream.of(FLAGS).map(flags -> {
            ByteBuffer page = TablespaceFirstPage.create(1, flags, PAGE_SIZE, 90704, Optional.empty());
            byte[] seed = new byte[page.remaining() + 1];
            seed[0] = (byte) Arrays.asList(FLAGS).indexOf(flags);
            page.get(seed, 1, page.remaining());
            return Arguments.of(seed);
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void page(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        FspFlags flags = FLAGS[(bytes[0] & 0xff) % FLAGS.length];
        ByteBuffer page = ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1, 1 + flags.physicalPageSize(PAGE_SIZE)));
        PageCheck.Result result = new PageCheck(flags, PAGE_SIZE, 1).check(page, 0);
        assertThat(result.isOk() || !result.detail().isBlank()).isTrue();

        Fuzz.roundTrip(Arrays.copyOfRange(bytes, 1, 1 + RedoHeader.LENGTH), RedoHeader.CODEC);
        ByteBuffer block = ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1, 1 + RedoLogBlock.LENGTH));
        assertThat(RedoLogBlock.read(block)).isNotNull();
        RedoLogBlock.hasValidChecksum(block);
    }
}
