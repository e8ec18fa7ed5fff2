package org.jclone.donor.fault;

import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** Stands for a COM_RES_DATA message, whose data exists only in its packet. */
public record DataBlock(DataDescriptor descriptor) {}
