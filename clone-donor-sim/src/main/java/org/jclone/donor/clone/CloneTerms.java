package org.jclone.donor.clone;

import org.jclone.donor.api.CloneLimits;

/** What all clones of one donor share. */
record CloneTerms(SnapshotPlan plan, CloneLimits limits, Throttle throttle) {}
