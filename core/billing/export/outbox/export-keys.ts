import type { Destination } from '../destination.ts';

/** Keys of the table `exports`. */
export const exportKeys = {
  partition: (tenant: string): string => `T#${tenant}`,
  link: (destination: Destination): string => `LINK#${destination}`,
  links: 'LINK#',
  rows: 'OUT#',
  row: (destination: Destination, hour: string): string => `OUT#${destination}#${hour}`,
  lease: (destination: Destination): string => `LEASE#${destination}`,
  connections: 'CONNECTIONS',
  /** Partition of the index `by-due` for what waits. */
  due: (destination: Destination): string => destination,
  /** Partition of the same index for what was refused for good, by when. */
  rejected: (destination: Destination): string => `rejected#${destination}`,
} as const;
