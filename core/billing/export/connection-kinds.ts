import type { ConnectionKind } from './connection-kind.ts';
import type { Destination } from './destination.ts';
import { marketplaceConnection } from './marketplace/marketplace-connection.ts';
import { openMeterConnection } from './openmeter/openmeter-connection.ts';
import { stripeConnection } from './stripe/stripe-connection.ts';

/** The destinations that can be connected. */
export const connectionKinds: Readonly<Partial<Record<Destination, ConnectionKind>>> = {
  marketplace: marketplaceConnection,
  openmeter: openMeterConnection,
  stripe: stripeConnection,
};
