package org.jclone.daemon.api;

import java.util.Optional;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;

/**
 * Why a run failed.
 *
 * @param hint what to do
 * @param holds what holds now, and what the next run does; may be empty
 */
public record RunFailure(CloneErrorCode code, Optional<Step> step, String text, String hint, String holds) {}
