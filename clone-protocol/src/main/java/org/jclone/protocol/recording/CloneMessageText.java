package org.jclone.protocol.recording;

import io.netty.handler.codec.DecoderException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
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

/** Formats the content of clone commands and responses on one line, without their names. */
final class CloneMessageText implements CloneCommand.Handler<String>, CloneResponse.Handler<String> {

    static final CloneMessageText INSTANCE = new CloneMessageText();

    private CloneMessageText() {}

    @Override
    public String onInit(InitCommand command) {
        return setup(command.protocolVersion(), command.ddl(), command.locators());
    }

    @Override
    public String onAttach(AttachCommand command) {
        return setup(command.protocolVersion(), command.ddl(), command.locators());
    }

    @Override
    public String onReinit(ReinitCommand command) {
        return setup(command.protocolVersion(), command.ddl(), command.locators());
    }

    @Override
    public String onExecute(ExecuteCommand command) {
        return "";
    }

    @Override
    public String onAck(AckCommand command) {
        String descriptor = command.descriptor().isEmpty()
                ? "no descriptor"
                : orUnreadable(() -> DescriptorText.INSTANCE.onState(command.stateDescriptor()));
        return "error=" + command.errorCode() + ' ' + entries(List.of(command.locator())) + ' ' + descriptor;
    }

    @Override
    public String onExit(ExitCommand command) {
        return "";
    }

    @Override
    public String onLocators(LocatorsResponse response) {
        return String.format("protocol=0x%04x ", response.protocolVersion()) + entries(response.locators());
    }

    @Override
    public String onDataDescriptor(DataDescriptorResponse response) {
        return "engine=" + response.storageEngine() + " locator_index=" + response.locatorIndex() + ' '
                + response.descriptor().accept(DescriptorText.INSTANCE);
    }

    @Override
    public String onData(DataResponse response) {
        return response.content().readableBytes() + " bytes";
    }

    @Override
    public String onPlugin(PluginResponse response) {
        return Quoted.of(response.name());
    }

    @Override
    public String onConfig(ConfigResponse response) {
        return Quoted.of(response.name()) + " = " + Quoted.of(response.value());
    }

    @Override
    public String onCollation(CollationResponse response) {
        return Quoted.of(response.name());
    }

    @Override
    public String onPluginV2(PluginV2Response response) {
        return Quoted.of(response.name()) + " = " + Quoted.of(response.library());
    }

    @Override
    public String onConfigV3(ConfigV3Response response) {
        return Quoted.of(response.name()) + " = " + Quoted.of(response.value());
    }

    @Override
    public String onConfigV4(ConfigV4Response response) {
        return Quoted.of(response.name()) + " = " + Quoted.of(response.value());
    }

    @Override
    public String onComplete(CompleteResponse response) {
        return "";
    }

    @Override
    public String onError(ErrorResponse response) {
        return response.errorCode() + " " + Quoted.of(response.message());
    }

    private static String setup(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators) {
        return String.format("protocol=0x%04x ddl_timeout=%d ", protocolVersion, ddl.timeoutSeconds())
                + (ddl.backupLock() ? "backup_lock " : "no_backup_lock ")
                + entries(locators);
    }

    private static String entries(List<LocatorEntry> entries) {
        return entries.stream().map(CloneMessageText::entry).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String entry(LocatorEntry entry) {
        String locator =
                entry.storageEngine() == LocatorEntry.INNODB && !entry.locator().isEmpty()
                        ? ' ' + orUnreadable(() -> DescriptorText.INSTANCE.onLocator(entry.innodbLocator()))
                        : "";
        return "engine=" + entry.storageEngine() + " length=" + entry.locator().length() + locator;
    }

    /** Formats a locator or an acknowledged descriptor, which the envelope treats as opaque bytes. */
    private static String orUnreadable(Supplier<String> text) {
        try {
            return text.get();
        } catch (DecoderException e) {
            return "unreadable: " + e.getMessage();
        }
    }
}
