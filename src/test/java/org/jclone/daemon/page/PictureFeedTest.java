package org.jclone.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jclone.daemon.http.EventFeed;
import org.jclone.daemon.http.ServerEvent;
import org.junit.jupiter.api.Test;

class PictureFeedTest {

    private Picture shown = picture("a", "runs", 1);

    private static Picture picture(String text, String headline, int number) {
        return new Picture(
                "title",
                headline,
                Map.of("one", Html.of("p", text), "two", Html.of("p", Integer.toString(number))),
                List.of(),
                OptionalLong.empty(),
                false);
    }

    private static List<String> names(EventFeed.Batch batch) {
        return batch.events().stream().map(ServerEvent::name).toList();
    }

    @Test
    void sendsWhatHasChangedAndLetsTheBrowserShowAgainWhoItIs() throws Exception {
        try (Pulse pulse = new Pulse();
                PictureFeed feed = new PictureFeed(() -> shown, pulse, "1", " - x")) {
            CountDownLatch calls = new CountDownLatch(2);
            feed.open(calls::countDown);
            assertThat(names(feed.poll())).containsExactly("hello", "region", "region", "title");
            assertThat(names(feed.poll())).isEmpty();
            shown = picture("b", "runs", 1);
            EventFeed.Batch changed = feed.poll();
            assertThat(names(changed)).containsExactly("region");
            assertThat(changed.events().get(0).data()).isEqualTo("{\"id\":\"one\",\"html\":\"<p>b</p>\"}");
            shown = picture("b", "failed", 2);
            assertThat(names(feed.poll())).containsExactly("region", "say");
            List<EventFeed.Batch> rest = new ArrayList<>();
            while (rest.isEmpty() || !rest.get(rest.size() - 1).isOver()) {
                rest.add(feed.poll());
            }
            assertThat(rest).hasSize(PictureFeed.MOST_PICTURES - 4);
            assertThat(names(rest.get(rest.size() - 1))).containsExactly("again");
            assertThat(calls.await(20, TimeUnit.SECONDS)).isTrue(); // the pulse asks for more
        }
    }
}
