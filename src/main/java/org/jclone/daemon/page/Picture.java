package org.jclone.daemon.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a page shows at one moment.
 *
 * @param title of the window
 * @param headline what a screen reader announces when it changes
 * @param regions the parts that change, by their id in the document
 * @param news rows that are new since the last picture, the latest first
 * @param lastEvent the last event that the rows contain
 * @param isOver whether nothing changes any more
 */
record Picture(
        String title,
        String headline,
        Map<String, Html> regions,
        List<Html> news,
        OptionalLong lastEvent,
        boolean isOver) {

    Picture {
        regions = new LinkedHashMap<>(regions);
        news = List.copyOf(news);
    }
}
