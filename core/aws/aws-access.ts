import type { SignatureV4 } from '@smithy/signature-v4';

/** Where a service of AWS is and who calls it, as a function finds both in its environment. */
export interface AwsAccess {
  readonly region: string;
  /** Stands for all of the service. @default AWS's own in the region */
  readonly endpoint?: string | undefined;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** A number from 0 up to 1. */
  readonly random: () => number;
}
