package org.jclone.recipient.compat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.ConfigV3Response;
import org.jclone.protocol.clone.response.ConfigV4Response;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.DataResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.clone.response.PluginResponse;
import org.jclone.protocol.clone.response.PluginV2Response;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * The response to COM_INIT. Its parts arrive in any order: donors before 8.0.20 send the locators first.
 *
 * @param locators protocol version and the clone's locator
 * @param settings system variables of the donor by name
 * @param plugins names and shared libraries; the library is empty for built-in plugins and in protocol V1
 * @param collations names of all collations the donor knows
 */
public record DonorParameters(
        LocatorsResponse locators, Map<String, String> settings, Map<String, String> plugins, Set<String> collations) {

    private static final int MIN_PAGE_SIZE = 4 << 10;
    private static final int MAX_PAGE_SIZE = 64 << 10;
    private static final Pattern VERSION_NUMBERS = Pattern.compile("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{1,2})(?!\\d)");
    private static final String JSON_CONFIGS = "json_configs";
    private static final Pattern LTS = Pattern.compile("\"maturity\"\\s*:\\s*\"LTS\"");
    private static final String PAGE_SIZE = "innodb_page_size";
    private static final String VERSION = "version";

    /** @throws CloneException {@link CloneErrorCode#PROTOCOL} if a mandatory part is missing */
    public static DonorParameters from(List<CloneResponse> responses) throws CloneException {
        Collector collector = new Collector();
        responses.forEach(response -> response.accept(collector));
        DonorParameters parameters = new DonorParameters(
                collector.locators.orElseThrow(() -> missing("its locators")),
                collector.settings,
                collector.plugins,
                collector.collations);
        parameters.check();
        return parameters;
    }

    private static final class Collector implements CloneResponse.Handler<Void> {

        private Optional<LocatorsResponse> locators = Optional.empty();
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, String> plugins = new LinkedHashMap<>();
        private final Set<String> collations = new LinkedHashSet<>();

        @Override
        public Void onLocators(LocatorsResponse response) {
            locators = Optional.of(response);
            return null;
        }

        @Override
        public Void onPlugin(PluginResponse response) {
            plugins.put(response.name(), "");
            return null;
        }

        @Override
        public Void onPluginV2(PluginV2Response response) {
            plugins.put(response.name(), response.library());
            return null;
        }

        @Override
        public Void onConfig(ConfigResponse response) {
            settings.put(response.name(), response.value());
            return null;
        }

        @Override
        public Void onConfigV3(ConfigV3Response response) {
            settings.put(response.name(), response.value());
            return null;
        }

        @Override
        public Void onConfigV4(ConfigV4Response response) {
            settings.put(response.name(), response.value());
            return null;
        }

        @Override
        public Void onCollation(CollationResponse response) {
            collations.add(response.name());
            return null;
        }

        // The others say nothing of the donor.

        @Override
        public Void onDataDescriptor(DataDescriptorResponse response) {
            return null;
        }

        @Override
        public Void onData(DataResponse response) {
            return null;
        }

        @Override
        public Void onComplete(CompleteResponse response) {
            return null;
        }

        @Override
        public Void onError(ErrorResponse response) {
            return null;
        }
    }

    /** Returns the parameters for resuming a clone, whose compatibility was checked when it started. */
    public static DonorParameters restored(LocatorsResponse locators, Map<String, String> settings)
            throws CloneException {
        DonorParameters parameters = new DonorParameters(locators, settings, Map.of(), Set.of());
        parameters.check();
        return parameters;
    }

    private void check() throws CloneException {
        if (locators.locators().size() != 1 || locators.locators().get(0).storageEngine() != LocatorEntry.INNODB) {
            throw Failure.Incompatible.ENGINES.exception(
                    "the donor wants to send other storage engines than InnoDB: " + locators.locators());
        }
        for (String name : List.of(VERSION, PAGE_SIZE)) {
            if (!settings.containsKey(name)) {
                throw missing("its setting " + name);
            }
        }
        if (!VERSION_NUMBERS.matcher(version()).lookingAt()) {
            throw Failure.Protocol.PARAMETERS.exception(
                    "the donor's version is \"" + version() + "\" (expected: such as 8.0.30)");
        }
        int size = pageSize();
        if (size < MIN_PAGE_SIZE || size > MAX_PAGE_SIZE || Integer.bitCount(size) != 1) {
            throw Failure.Protocol.PARAMETERS.exception(
                    "the donor's innodb_page_size is " + settings.get(PAGE_SIZE) + " (expected: 4096 to 65536)");
        }
    }

    private static CloneException missing(String what) {
        return Failure.Protocol.PARAMETERS.exception("the donor did not send " + what + " in answer to COM_INIT");
    }

    /** @throws CloneException if {@code other}, from the same address, cannot be the same server */
    public void requireSameServer(DonorParameters other) throws CloneException {
        if (!other.version().equals(version()) || other.pageSize() != pageSize()) {
            throw Failure.Incompatible.SHARED_ADDRESS.exception(
                    "another server answers at the donor's address: MySQL " + other.version() + " with pages of "
                            + other.pageSize() + " bytes; before, it was " + version() + " with " + pageSize());
        }
    }

    /** Returns {@code innodb_page_size} in bytes; 0 if the donor sent no number. */
    public int pageSize() {
        String value = settings.get(PAGE_SIZE);
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : 0;
    }

    /** Returns the version, such as {@code 9.7.4} or {@code 8.0.44-log}. */
    public String version() {
        return settings.get(VERSION);
    }

    /** Returns the parsed version for MySQL's version rules; empty if it cannot be parsed. */
    Optional<ServerVersion> serverVersion() {
        boolean lts = LTS.matcher(settings.getOrDefault(JSON_CONFIGS, "")).find();
        return ServerVersion.ofDonor(version(), lts);
    }

    /** Returns the version as InnoDB writes it into page 0: 90704 for 9.7.4. */
    public int versionNumber() {
        Matcher numbers = VERSION_NUMBERS.matcher(version());
        return numbers.lookingAt()
                ? Integer.parseInt(numbers.group(1)) * 10_000
                        + Integer.parseInt(numbers.group(2)) * 100
                        + Integer.parseInt(numbers.group(3))
                : 0;
    }
}
