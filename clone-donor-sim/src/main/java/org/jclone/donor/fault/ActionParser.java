package org.jclone.donor.fault;

import java.nio.charset.StandardCharsets;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;

/**
 * Parses the action of a fault.
 *
 * <pre>
 * connection  close | reset | stall duration | silent | drip | split pieces | restart
 * order       drop | drop-block | repeat | keep-alives number | refuse error-number [ text ]
 * packet      sequence-id number | length number | flip-bit | flip-data-bit | response-code number
 * descriptor  version number | type number | descriptor-length number | state number | estimate bytes
 *             | file-name text | file-index number | offset bytes | data-length bytes | file-size bytes
 *             | field offset number
 * </pre>
 */
final class ActionParser {

    private static final long MAX_U32 = 0xffff_ffffL;
    private static final int MAX_PAYLOAD = 0xff_ffff;
    private static final int MAX_PIECES = 1 << 20;
    private static final int MAX_KEEP_ALIVES = 100_000;
    private static final int MAX_ERROR = 0xffff;
    private static final int MAX_FIELD_OFFSET = 1 << 16;

    /** Offsets in descriptors; see docs/protocol/02-innodb-clone-stream.md section 1. */
    private static final int VERSION = 0;

    private static final int LENGTH = 4;
    private static final int TYPE = 8;
    private static final int STATE = 12;
    private static final int DATA_FILE_INDEX = 28;
    private static final int DATA_LENGTH = 32;
    private static final int DATA_OFFSET = 36;
    private static final int DATA_FILE_SIZE = 44;

    private ActionParser() {}

    static Action action(Words words) throws FaultSyntaxException {
        int column = words.column();
        String word = words.next("an action");
        return switch (word) {
            case "close" -> Action.close();
            case "reset" -> Action.reset();
            case "stall" -> Action.stall(words.duration());
            case "silent" -> Action.fallSilent();
            case "drip" -> Action.drip();
            case "split" -> Action.split(words.seed(), (int) words.number("pieces", 2, MAX_PIECES));
            case "restart" -> Action.restart();
            case "drop" -> Action.drop();
            case "drop-block" -> Action.dropBlock();
            case "repeat" -> Action.repeat();
            case "keep-alives" -> keepAlives((int) words.number("keep-alives", 1, MAX_KEEP_ALIVES));
            case "refuse" -> refuse(words);
            case "sequence-id" -> Rewrite.sequenceId((int) words.number("sequence id", 0, 255));
            case "length" -> Rewrite.payloadLength((int) words.number("length", 0, MAX_PAYLOAD));
            case "flip-bit" -> Rewrite.flipBit(words.seed());
            case "flip-data-bit" -> Rewrite.flipDataBit(words.seed());
            case "response-code" -> Rewrite.responseCode((int) words.number("code", 0, 255));
            case "version" -> u32(words, VERSION);
            case "type" -> u32(words, TYPE);
            case "descriptor-length" -> u32(words, LENGTH);
            case "state" -> u32(words, STATE);
            case "estimate" -> Rewrite.estimate(words.number("bytes", 0, Long.MAX_VALUE));
            case "file-name" ->
                Rewrite.rawFileName(Bytes.of(words.rest("a file name").getBytes(StandardCharsets.UTF_8)));
            case "file-index" -> u32(words, DATA_FILE_INDEX);
            case "offset" -> u64(words, DATA_OFFSET);
            case "data-length" -> u32(words, DATA_LENGTH);
            case "file-size" -> u64(words, DATA_FILE_SIZE);
            case "field" -> u32(words, (int) words.number("offset of the field", 0, MAX_FIELD_OFFSET));
            default -> throw words.problem(column, '"' + word + "\" is not an action (see Faults in docs/donor.md)");
        };
    }

    private static Action u32(Words words, int offset) throws FaultSyntaxException {
        return Rewrite.descriptorField(offset, (int) words.number("value", 0, MAX_U32));
    }

    private static Action u64(Words words, int offset) throws FaultSyntaxException {
        return Rewrite.descriptorLong(offset, words.number("value", 0, Long.MAX_VALUE));
    }

    private static Action refuse(Words words) throws FaultSyntaxException {
        int errorCode = (int) words.number("error number", 1, MAX_ERROR);
        return Action.refuse(errorCode, words.hasNext() ? words.rest("a text") : "requested by the fault script");
    }

    private static Action keepAlives(int times) {
        StateDescriptor keepAlive = new StateDescriptor(
                DescriptorHeader.VERSION,
                SnapshotState.FILE_COPY,
                0,
                0,
                0,
                0,
                0,
                StateDescriptor.START | StateDescriptor.ACK);
        return Action.precede(DataDescriptorResponse.innodb(keepAlive), times);
    }
}
