/**
 * What a donor serves: files, the pages and files that changed meanwhile, and redo, as blocks that can be read. It
 * knows neither where the bytes come from nor how they are sent.
 */
package org.jclone.donor.source;
