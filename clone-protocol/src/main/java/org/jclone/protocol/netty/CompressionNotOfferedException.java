package org.jclone.protocol.netty;

import java.util.List;
import java.util.stream.Collectors;
import org.jclone.protocol.compress.CompressionAlgorithm;

/** The donor offers none of the requested algorithms, or this machine lacks the library. */
public final class CompressionNotOfferedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CompressionNotOfferedException(List<CompressionAlgorithm> wanted, List<CompressionAlgorithm> offered) {
        super("no common compression algorithm: requested " + names(wanted) + ", the donor offers " + names(offered));
    }

    private static String names(List<CompressionAlgorithm> algorithms) {
        return algorithms.isEmpty()
                ? "none"
                : algorithms.stream().map(CompressionAlgorithm::algorithmName).collect(Collectors.joining(", "));
    }
}
