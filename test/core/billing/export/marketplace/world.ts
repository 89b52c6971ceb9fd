import { afterEach, beforeEach } from 'vitest';
import type { MarketplaceDimension } from '../../../../../core/billing/export/marketplace/marketplace-connection.ts';
import type { AgreementOf } from '../../../../../local/marketplace/agreement.ts';
import type { Faults } from '../../../../../local/marketplace/faults.ts';
import { startMarketplace } from '../../../../local/marketplace/start-marketplace.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';
import { row } from '../../books.ts';
import { Telling, type TellingOptions } from './telling.ts';

export const hourMs = 3_600_000;
export const delivered = { kind: 'delivered' };
export const agreement = { product: 'p', active: true };
export const items = { dimension: 'items', unit: 'items', per: 1 } as const;
export const thousands = { dimension: 'kitems', unit: 'items', per: 1000 } as const;

/** A row of so many items. */
export const used = (count: number) => row({ units: { requests: 1, items: count } });

/** A Marketplace and a database for each test, at 10:20, and what is to go wrong there. */
export class World {
  agreementOf: AgreementOf = () => agreement;
  unprocessed = false;
  failure: ReturnType<Faults['failure']>;
  #marketplace: Awaited<ReturnType<typeof startMarketplace>> | undefined;
  #dynamo: TestDynamoDB | undefined;

  constructor() {
    beforeEach(async () => {
      this.agreementOf = () => agreement;
      this.unprocessed = false;
      this.failure = undefined;
      this.#dynamo = await startDynamoDB();
      this.#marketplace = await startMarketplace({
        agreementOf: (arn) => this.agreementOf(arn),
        faults: { unprocessed: () => this.unprocessed, failure: () => this.failure },
      });
      this.#marketplace.clock.now = new Date('2026-11-22T10:20:00Z');
    });
    afterEach(async () => {
      await this.#marketplace?.stop();
      await this.#dynamo?.stop();
    });
  }

  get marketplace() {
    if (this.#marketplace === undefined) throw new Error('no test runs');
    return this.#marketplace;
  }

  telling(dimensions: readonly MarketplaceDimension[], options: Partial<TellingOptions> = {}): Telling {
    if (this.#dynamo === undefined) throw new Error('no test runs');
    const { marketplace } = this;
    return new Telling({ tenant: 'acme', dynamo: this.#dynamo.client, marketplace, dimensions, ...options });
  }

  laterBy(hours: number): void {
    const { clock } = this.marketplace;
    clock.now = new Date(clock.now.getTime() + hours * hourMs);
  }

  /** What counts: dimension, hour and quantity of each record. */
  records() {
    return this.marketplace.recorded().map(({ dimension, hour, quantity }) => [dimension, hour, quantity]);
  }
}
