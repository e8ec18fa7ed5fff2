package org.jclone.protocol.innodb.encryption;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses the JSON of a {@link Keyring} and rejects everything else: an unknown member would be lost when the file is
 * rewritten. A JSON library would leave keys in its own strings and buffers.
 */
final class KeyringReader {

    private static final int MAX_ENTRIES = 100_000;
    private static final String PLUGIN_MAGIC = "Keyring file version:";
    private static final Set<String> MEMBERS = Set.of("user", "data_id", "data_type", "data", "extension");

    private final JsonCursor in;

    KeyringReader(byte[] content) {
        in = new JsonCursor(content);
    }

    /** Wipes the entries that it read if it fails. */
    List<KeyringEntry> read() throws KeyringFormatException {
        if (in.startsWith(PLUGIN_MAGIC)) {
            throw new KeyringFormatException(0, "the format of the keyring_file plugin, not of the component");
        }
        List<KeyringEntry> entries = new ArrayList<>();
        boolean complete = false;
        try {
            readFile(entries);
            complete = true;
            return entries;
        } finally {
            if (!complete) {
                entries.forEach(KeyringEntry::close);
            }
        }
    }

    private void readFile(List<KeyringEntry> entries) throws KeyringFormatException {
        Set<String> seen = new HashSet<>();
        in.expect('{');
        do {
            int at = in.offset();
            String member = in.string();
            in.expect(':');
            if (!seen.add(member)) {
                throw new KeyringFormatException(at, "duplicate member \"" + member + '"');
            }
            switch (member) {
                case "version" -> readVersion();
                case "elements" -> readElements(entries);
                default -> throw unknown(at, member, "version, elements");
            }
        } while (in.accept(','));
        in.expect('}');
        in.end();
        if (seen.size() < 2) {
            throw new KeyringFormatException(0, "members " + seen + " (expected: version, elements)");
        }
    }

    private void readVersion() throws KeyringFormatException {
        int at = in.offset();
        String version = in.string();
        if (!version.equals("1.0")) {
            throw new KeyringFormatException(at, "version \"" + version + "\" (expected: 1.0)");
        }
    }

    private void readElements(List<KeyringEntry> entries) throws KeyringFormatException {
        in.expect('[');
        if (in.accept(']')) {
            return;
        }
        do {
            if (entries.size() == MAX_ENTRIES) {
                throw new KeyringFormatException(in.offset(), "more than " + MAX_ENTRIES + " keys");
            }
            entries.add(readElement());
        } while (in.accept(','));
        in.expect(']');
    }

    private KeyringEntry readElement() throws KeyringFormatException {
        int start = in.offset();
        String user = "";
        String dataId = "";
        String dataType = "";
        byte[] data = {};
        Set<String> seen = new HashSet<>();
        boolean complete = false;
        in.expect('{');
        try {
            do {
                int at = in.offset();
                String member = in.string();
                in.expect(':');
                if (!seen.add(member)) {
                    throw new KeyringFormatException(at, "duplicate member \"" + member + '"');
                }
                switch (member) {
                    case "user" -> user = in.string();
                    case "data_id" -> dataId = in.string();
                    case "data_type" -> dataType = in.string();
                    case "data" -> data = in.hexString(KeyringEntry.MAX_DATA_LENGTH);
                    case "extension" -> {
                        in.expect('[');
                        in.expect(']');
                    }
                    default -> throw unknown(at, member, "user, data_id, data_type, data, extension");
                }
            } while (in.accept(','));
            in.expect('}');
            if (seen.size() < MEMBERS.size()) {
                throw new KeyringFormatException(start, "a key with only the members " + seen);
            }
            complete = true;
            return new KeyringEntry(user, dataId, dataType, data);
        } finally {
            if (!complete) {
                Secrets.wipe(data);
            }
        }
    }

    private static KeyringFormatException unknown(int at, String member, String expected) {
        String shown = member.length() > 40 ? member.substring(0, 40) + "..." : member;
        return new KeyringFormatException(at, "unknown member \"" + shown + "\" (expected: " + expected + ')');
    }
}
