package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.jclone.provision.Requests;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {

    @TempDir
    Path folder;

    /** A server locks its files and not their names. */
    @Test
    void stopsIfAServerHasOpenedTheOldData() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.createFile(data.resolve("ibdata1"));
        Path old = Files.createFile(
                Files.createDirectory(data.resolve(".jclone-old")).resolve("ibdata1"));
        Run run = new Run(
                Requests.of(data, false),
                ProvisionRecord.inMemory(data),
                event -> {},
                Clock.systemUTC(),
                System::nanoTime);
        try (FileChannel server = FileChannel.open(old, StandardOpenOption.WRITE);
                FileLock lock = server.lock()) {
            assertThat(lock.isValid()).isTrue();
            CloneException failure = catchThrowableOfType(CloneException.class, () -> new Exchange(run).run());
            assertThat(failure.code()).isEqualTo(CloneErrorCode.PROVISIONING);
            assertThat(failure).hasMessageContaining(".jclone-old is in use");
        }
        new Exchange(run).run();
    }
}
