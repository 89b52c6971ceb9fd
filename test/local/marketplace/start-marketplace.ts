import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { Principal } from '../../../local/iam/principal.ts';
import { type MarketplaceOptions, openMarketplace } from '../../../local/marketplace/open-marketplace.ts';
import type { MeteredRecord } from '../../../local/marketplace/record-log.ts';

const region = 'eu-central-1';
const account = '123456789012';

export const buyer = '111122223333';
export const license = `arn:aws:license-manager::${buyer}:license:l-0123456789abcdef`;

/** The Marketplace behind an endpoint, at a moment that the test sets. */
export async function startMarketplace(options: Partial<MarketplaceOptions> = {}) {
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), 'marketplace-'));
  const clock = { now: new Date('2026-11-22T10:30:00Z') };
  const credentials = await CredentialStore.open(folder, account);
  const marketplace = openMarketplace({ dataDir: folder, now: () => clock.now.getTime(), ...options });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const lines: string[] = [];
  const endpoint = await startEndpoint({
    region,
    credentials,
    services: [marketplace.service],
    s3: unused,
    executeApi: unused,
    log: (line) => lines.push(line),
  });
  const clients: MarketplaceMeteringClient[] = [];
  const clientOf = (principal?: Principal): MarketplaceMeteringClient => {
    const client = new MarketplaceMeteringClient({
      region,
      endpoint: endpoint.url,
      credentials: principal ? credentials.issue(principal) : credentials.operator,
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  const client = clientOf();
  return {
    clock,
    client,
    clientOf,
    folder,
    lines,
    /** Reports records, of `buyer` and `license` where they say nothing else. */
    meter: (...records: readonly Partial<UsageRecord>[]) =>
      client.send(
        new BatchMeterUsageCommand({
          UsageRecords: records.map((record) => ({
            Timestamp: new Date('2026-11-22T09:00:00Z'),
            Dimension: 'tokens',
            CustomerAWSAccountId: buyer,
            LicenseArn: license,
            ...record,
          })),
        }),
      ),
    /** What counts, by the file. */
    recorded: (): readonly MeteredRecord[] =>
      readFileSync(join(folder, 'marketplace', 'records.ndjson'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as MeteredRecord),
    stop: async () => {
      for (const each of clients) each.destroy();
      await endpoint.stop();
      marketplace.stop();
      if (options.dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
