package org.jclone.donor.fault;

import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** Stands for a COM_RES_DATA message, whose bytes are nowhere but in its packet. */
public record DataBlock(DataDescriptor descriptor) {}
