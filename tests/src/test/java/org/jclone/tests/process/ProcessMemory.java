package org.jclone.tests.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Searches the memory of another process for keys and halves of keys. Linux only, for processes of the same user. */
public final class ProcessMemory {

    /** The place name of the Java heap. */
    public static final String JAVA_HEAP = "the Java heap";

    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (r...) [0-9a-f]+ [0-9a-f:]+ \\d+ *(.*)");
    private static final int CHUNK = 4 << 20;
    private static final int OVERLAP = 128;

    /** A small heap lies below this address, where references fit in 32 bits. */
    private static final long END_OF_JAVA_HEAP = 1L << 32;

    /** A key in one of its forms, as two halves. */
    private record Needle(String name, byte[] first, byte[] second) {}

    private final List<Needle> needles = new ArrayList<>();
    private final boolean[] beginnings = new boolean[1 << Short.SIZE];
    private final List<Found> found = new ArrayList<>();

    /**
     * A key, or half of one.
     *
     * @param place the kind of memory
     * @param name the name of the key, and its form
     */
    public record Found(long address, String place, String name, boolean whole) {

        @Override
        public String toString() {
            return String.format("%s of %s at %x in %s", whole ? "all" : "half", name, address, place);
        }
    }

    /** Adds a key to search for: unchanged, as words of an expanded key, and in hexadecimal. */
    public void lookFor(String name, byte... key) {
        add(name, key);
        add(name + " in words", swapped(key));
        String digits = HexFormat.of().formatHex(key);
        add(name + " in digits", digits.getBytes(US_ASCII));
        add(
                name + " in capital digits",
                HexFormat.of().withUpperCase().formatHex(key).getBytes(US_ASCII));
    }

    private void add(String name, byte... form) {
        int half = form.length / 2;
        Needle needle = new Needle(name, Arrays.copyOf(form, half), Arrays.copyOfRange(form, half, form.length));
        needles.add(needle);
        beginnings[beginning(needle.first(), 0)] = true;
        beginnings[beginning(needle.second(), 0)] = true;
    }

    /** Swaps bytes, as ints lie in the memory of a little-endian processor. */
    private static byte[] swapped(byte... bytes) {
        ByteBuffer swapped = ByteBuffer.allocate(bytes.length);
        ByteBuffer words = ByteBuffer.wrap(bytes);
        while (words.hasRemaining()) {
            swapped.putInt(Integer.reverseBytes(words.getInt()));
        }
        return swapped.array();
    }

    /** Two bytes that quickly rule out most positions as the start of a key. */
    private static int beginning(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** Returns the places in the memory of the process, which may be running. */
    public List<Found> search(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (FileChannel memory = FileChannel.open(process.resolve("mem"), StandardOpenOption.READ)) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                Matcher mapping = MAPPING.matcher(line);
                if (mapping.matches() && !mapping.group(4).startsWith("[v")) {
                    long begin = Long.parseUnsignedLong(mapping.group(1), 16);
                    search(memory, begin, Long.parseUnsignedLong(mapping.group(2), 16), mapping.group(4));
                }
            }
        }
        return found;
    }

    private void search(FileChannel memory, long begin, long end, String name) {
        String unnamed = begin < END_OF_JAVA_HEAP ? JAVA_HEAP : "memory without a name";
        String place = name.isEmpty() ? unnamed : name;
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK + OVERLAP);
        for (long at = begin; at < end; at += CHUNK) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            try {
                while (buffer.hasRemaining() && memory.read(buffer, at + buffer.position()) > 0) {
                    // until all of it is read
                }
            } catch (IOException e) {
                continue; // freed since, or memory of a device
            }
            search(buffer.array(), buffer.position(), at, place);
        }
    }

    private void search(byte[] bytes, int length, long address, String place) {
        int end = Math.min(CHUNK, length - 1);
        for (int at = 0; at < end; at++) {
            if (beginnings[beginning(bytes, at)]) {
                for (Needle needle : needles) {
                    compare(needle, bytes, at, length, address + at, place);
                }
            }
        }
    }

    private void compare(Needle needle, byte[] bytes, int at, int length, long address, String place) {
        int half = needle.first().length;
        if (isAt(bytes, at, length, needle.first())) {
            found.add(new Found(address, place, needle.name(), isAt(bytes, at + half, length, needle.second())));
        } else if (isAt(bytes, at, length, needle.second()) && !isEndOfLast(needle, address - half)) {
            found.add(new Found(address, place, needle.name(), false));
        }
    }

    private boolean isEndOfLast(Needle needle, long begin) {
        Found last = found.isEmpty() ? null : found.get(found.size() - 1);
        return last != null && last.address() == begin && last.name().equals(needle.name());
    }

    private static boolean isAt(byte[] bytes, int at, int length, byte... wanted) {
        return length - at >= wanted.length && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }
}
