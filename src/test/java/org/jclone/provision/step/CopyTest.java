package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jclone.provision.Requests;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTest {

    @TempDir
    Path folder;

    /** The run ends before it connects, since the hook fails. */
    @Test
    void finishesAnExchangeThatWasInterruptedBeforeTheRun() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectories(data.resolve(".jclone-new"));
        Files.writeString(data.resolve(".jclone-new/mysql.ibd"), "not moved yet");
        Files.writeString(data.resolve("ibdata1"), "moved");
        Files.writeString(Files.createDirectory(data.resolve("#clone")).resolve("#status_in_progress"), "");
        Files.writeString(data.resolve(".jclone-swap"), "jclone swap 1\nMOVE_IN\nremove\n");
        HookSettings hooks = new HookSettings(Map.of(HookSettings.Hook.DONOR_CHOSEN, "exit 1"), Duration.ofSeconds(30));
        Run run = new Run(
                Requests.of(data, false, hooks),
                ProvisionRecord.inMemory(data),
                event -> {},
                Clock.systemUTC(),
                System::nanoTime);

        CloneException failure =
                catchThrowableOfType(CloneException.class, () -> new Copy(run, control -> {}).run(false));

        assertThat(failure.code()).isEqualTo(CloneErrorCode.PROVISIONING);
        assertThat(data.resolve("mysql.ibd")).hasContent("not moved yet");
        assertThat(data.resolve("ibdata1")).hasContent("moved");
        assertThat(data.resolve(".jclone-swap")).doesNotExist();
        assertThat(data.resolve(".jclone-new")).doesNotExist();
    }
}
