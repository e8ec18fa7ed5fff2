package org.jclone.protocol.fuzz;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.protocol.recording.RecordedMessage;
import org.jclone.protocol.recording.RecordedPacket;
import org.jclone.protocol.recording.Recordings;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Real messages as seeds: a few of each kind from the recordings. */
public final class Seeds {

    private static final int MAX_PER_KIND = 4;
    private static final int MAX_BYTES = 1 << 12;
    private static final List<String> RECORDINGS = List.of("refused-privilege", "resumed-1");

    private record Seed(String kind, byte[] payload) {}

    private static final List<Seed> ALL = read();

    private Seeds() {}

    private static List<Seed> read() {
        Map<String, Integer> counts = new HashMap<>();
        List<Seed> seeds = new ArrayList<>();
        try {
            for (String recording : RECORDINGS) {
                Recordings.read(recording, packet -> {
                    String kind = kind(packet);
                    if (packet.payload().readableBytes() <= MAX_BYTES
                            && counts.merge(kind, 1, Integer::sum) <= MAX_PER_KIND) {
                        seeds.add(new Seed(kind, ByteBufUtil.getBytes(packet.payload())));
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seeds;
    }

    private static String kind(RecordedPacket packet) {
        String kind = packet.message().getClass().getSimpleName();
        if (packet.message() instanceof RecordedMessage.FromCloneMode response) {
            int descriptorType = packet.payload().readableBytes() > 15
                    ? packet.payload().getInt(packet.payload().readerIndex() + 11)
                    : 0;
            return kind + response.response().code() + (descriptorType & 7);
        }
        if (packet.message() instanceof RecordedMessage.InCloneMode command) {
            return kind + command.command().code();
        }
        return kind;
    }

    /**
     * Returns the payloads of messages whose kind begins with one of {@code kinds}, without their first
     * {@code skipped} bytes.
     */
    static Stream<Arguments> of(int skipped, String... kinds) {
        return ALL.stream()
                .filter(seed -> Stream.of(kinds).anyMatch(seed.kind()::startsWith))
                .filter(seed -> seed.payload().length > skipped)
                .map(seed -> Arguments.of(Named.of(seed.kind(), from(seed.payload(), skipped))));
    }

    /** Returns the payloads of messages whose kind begins with {@code kind}. */
    static Stream<byte[]> payloads(String kind) {
        return ALL.stream()
                .filter(seed -> seed.kind().startsWith(kind))
                .map(seed -> seed.payload().clone());
    }

    private static byte[] from(byte[] payload, int skipped) {
        byte[] rest = new byte[payload.length - skipped];
        System.arraycopy(payload, skipped, rest, 0, rest.length);
        return rest;
    }
}
