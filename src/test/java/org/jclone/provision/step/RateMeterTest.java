package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.provision.plan.WriteRate;
import org.jclone.provision.server.ScriptedSession;
import org.junit.jupiter.api.Test;

class RateMeterTest {

    private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000000:";

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    private final RateMeter meter = new RateMeter(nanos::get);

    private static ScriptedSession source(String mode, String executed, String... logs) {
        return new ScriptedSession("9.7.4")
                .on("SHOW BINARY LOGS", List.of("Log_name", "File_size", "Encrypted"), logs)
                .on("SELECT @@GLOBAL.gtid_mode", List.of("m"), mode)
                .on("SELECT @@GLOBAL.gtid_executed", List.of("g"), executed);
    }

    @Test
    void measuresBetweenTwoLooks() throws Exception {
        meter.begin(source("ON", UUID + "1-10", "b.1|100|No"));
        assertThat(meter.rest()).isEqualTo(RateMeter.WINDOW);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(meter.rest()).isZero();
        assertThat(meter.end(source("ON", UUID + "1-16", "b.1|150|No", "b.2|30|No")))
                .isEqualTo(new WriteRate(Duration.ofSeconds(3), OptionalLong.of(6), OptionalLong.of(80)));
    }

    @Test
    void countsNothingThatItMayNotSee() throws Exception {
        meter.begin(source("OFF", "").denies("SHOW BINARY LOGS"));
        nanos.addAndGet(1);
        WriteRate rate = meter.end(source("OFF", "", "b.1|150|No"));
        assertThat(rate.transactions()).isEmpty();
        assertThat(rate.logBytes()).isEmpty();
    }
}
