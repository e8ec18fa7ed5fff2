/**
 * What a donor serves: files, changed pages, DDL, and redo, as blocks to read. This package knows neither where the
 * bytes come from nor how they are sent.
 */
package org.jclone.donor.source;
