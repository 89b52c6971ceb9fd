import type { AwsService } from '../endpoint/aws-call.ts';
import { type AgreementOf, everyLicense } from './agreement.ts';
import { type Faults, noFaults } from './faults.ts';
import { RecordLog } from './record-log.ts';
import { marketplaceService } from './service.ts';

export interface MarketplaceOptions {
  /** What was recorded is in its folder `marketplace`. */
  readonly dataDir: string;
  /** @default - each ARN that can be one is an active license of one product */
  readonly agreementOf?: AgreementOf;
  /** @default - none */
  readonly faults?: Faults;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The emulated AWS Marketplace Metering Service. */
export interface Marketplace {
  readonly service: AwsService;
  stop(): void;
}

/** Opens it over a data folder. */
export function openMarketplace({
  dataDir,
  agreementOf = everyLicense,
  faults = noFaults,
  now = Date.now,
}: MarketplaceOptions): Marketplace {
  const records = new RecordLog(dataDir);
  return {
    service: marketplaceService({ records, agreementOf, faults, now }),
    stop: () => records.close(),
  };
}
