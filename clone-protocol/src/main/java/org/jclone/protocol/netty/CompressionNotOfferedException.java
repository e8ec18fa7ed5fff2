package org.jclone.protocol.netty;

import java.util.List;
import java.util.stream.Collectors;
import org.jclone.protocol.compress.CompressionAlgorithm;

/** The donor offers none of the algorithms that were asked for, or this machine lacks the library for it. */
public final class CompressionNotOfferedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CompressionNotOfferedException(List<CompressionAlgorithm> wanted, List<CompressionAlgorithm> offered) {
        super("no compression fits: asked for " + names(wanted) + ", the donor offers " + names(offered));
    }

    private static String names(List<CompressionAlgorithm> algorithms) {
        return algorithms.isEmpty()
                ? "none"
                : algorithms.stream().map(CompressionAlgorithm::algorithmName).collect(Collectors.joining(", "));
    }
}
