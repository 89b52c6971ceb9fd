import type { ConnectionKind } from './connection-kind.ts';
import type { Destination } from './destination.ts';
import { openMeterConnection } from './openmeter/openmeter-connection.ts';

/** The destinations that can be connected. */
export const connectionKinds: Readonly<Partial<Record<Destination, ConnectionKind>>> = {
  openmeter: openMeterConnection,
};
