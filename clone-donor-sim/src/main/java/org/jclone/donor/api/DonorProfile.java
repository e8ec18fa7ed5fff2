package org.jclone.donor.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.clone.ProtocolVersion;

/**
 * The MySQL server that a donor presents itself as, in its greeting and its answer to COM_INIT. A {@code mysqld}
 * recipient compares all values with its own and refuses differences.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.6, 4.4 and 6.3.
 *
 * @param version such as {@code 9.7.4}
 * @param maturity {@code LTS} or {@code INNOVATION}; sent under V4 only
 * @param protocolVersion highest supported version of the clone protocol
 * @param plugins plugin names to shared libraries, in sending order; a built-in plugin has an empty library
 * @param collations collations in sending order
 * @param variables names to values, in sending order, without {@code innodb_page_size}, which the data determines
 * @param locatorsFirst whether COM_RES_LOCS precedes the parameters
 */
public record DonorProfile(
        String version,
        String maturity,
        ProtocolVersion protocolVersion,
        Map<String, String> plugins,
        List<String> collations,
        Map<String, String> variables,
        boolean locatorsFirst) {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.\\d{1,4}(-[\\w.-]*)?");

    public DonorProfile {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(maturity, "maturity");
        Objects.requireNonNull(protocolVersion, "protocolVersion");
        plugins = Collections.unmodifiableMap(new LinkedHashMap<>(plugins));
        collations = List.copyOf(collations);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    /** MySQL 9.7.4: protocol V4. */
    public static DonorProfile mysql97() {
        return of("9.7.4", "LTS", ProtocolVersion.V4);
    }

    /** MySQL 8.4: protocol V3. */
    public static DonorProfile mysql84() {
        return of("8.4.6", "LTS", ProtocolVersion.V3);
    }

    /** MySQL 8.0.36: protocol V3. */
    public static DonorProfile mysql8036() {
        return of("8.0.36", "GA", ProtocolVersion.V3);
    }

    /** MySQL 8.0.22: protocol V2. */
    public static DonorProfile mysql8022() {
        return of("8.0.22", "GA", ProtocolVersion.V2);
    }

    /** MySQL 8.0.17, the first version with clone: protocol V1, locators before parameters. */
    public static DonorProfile mysql8017() {
        DonorProfile first = of("8.0.17", "GA", ProtocolVersion.V1);
        return new DonorProfile(
                first.version,
                first.maturity,
                first.protocolVersion,
                first.plugins,
                first.collations,
                first.variables,
                true);
    }

    /**
     * Creates a profile for any server version: protocol V4 from 9.7 on, otherwise V3.
     *
     * @throws IllegalArgumentException if the version does not begin like {@code 9.7}
     */
    public static DonorProfile ofVersion(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IllegalArgumentException("server version: " + version + " (expected: such as 9.7.4)");
        }
        int major = Integer.parseInt(parts.group(1));
        boolean v4 = major > 9 || major == 9 && Integer.parseInt(parts.group(2)) >= 7;
        return (v4 ? mysql97() : mysql84()).withVersion(version);
    }

    /** {@return the same server with another value of a system variable} */
    public DonorProfile withVariable(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(variables);
        changed.put(name, value);
        return new DonorProfile(version, maturity, protocolVersion, plugins, collations, changed, locatorsFirst);
    }

    /** {@return the same server with another version number of its series} */
    public DonorProfile withVersion(String newVersion) {
        return new DonorProfile(newVersion, maturity, protocolVersion, plugins, collations, variables, locatorsFirst);
    }

    private static DonorProfile of(String version, String maturity, ProtocolVersion protocolVersion) {
        Map<String, String> plugins = new LinkedHashMap<>();
        plugins.put("InnoDB", "");
        plugins.put("clone", "mysql_clone.so");
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("version_compile_machine", "x86_64");
        variables.put("version_compile_os", "Linux");
        variables.put("character_set_server", "utf8mb4");
        variables.put("character_set_filesystem", "binary");
        variables.put("collation_server", "utf8mb4_0900_ai_ci");
        return new DonorProfile(
                version,
                maturity,
                protocolVersion,
                plugins,
                List.of("utf8mb4_0900_ai_ci", "utf8mb4_bin", "binary"),
                variables,
                false);
    }
}
