import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchMeterUsageCommand, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering';
import { afterEach, expect, test } from 'vitest';
import type { MarketplaceOptions } from '../../../local/marketplace/open-marketplace.ts';
import { buyer, license, startMarketplace } from './start-marketplace.ts';

type Started = Awaited<ReturnType<typeof startMarketplace>>;
const started: Started[] = [];
const start = async (options?: Partial<MarketplaceOptions>): Promise<Started> => {
  const each = await startMarketplace(options);
  started.push(each);
  return each;
};
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});

const statuses = ({ Results = [] }: Awaited<ReturnType<Started['meter']>>) => Results.map(({ Status }) => Status);

test('an hour is said once: the same again counts once, another quantity not at all', async () => {
  const { meter, recorded } = await start();
  const first = await meter({ Quantity: 5 });
  expect(first.Results).toMatchObject([{ Status: 'Success', UsageRecord: { Dimension: 'tokens', Quantity: 5 } }]);
  const later = new Date('2026-11-22T09:59:59Z');
  const again = await meter({ Quantity: 5, Timestamp: later });
  expect(again.Results?.[0]?.MeteringRecordId).toBe(first.Results?.[0]?.MeteringRecordId);
  expect(statuses(await meter({ Quantity: 6, Timestamp: later }))).toEqual(['DuplicateRecord']);
  expect(
    statuses(
      await meter(
        { Quantity: 6, Timestamp: new Date('2026-11-22T10:00:00Z') },
        { Quantity: 7, Dimension: 'images' },
        { Quantity: 7, Dimension: 'images' },
        { Quantity: 8, Dimension: 'images' },
        { Quantity: 9, LicenseArn: `${license}0` },
      ),
    ),
  ).toEqual(['Success', 'Success', 'Success', 'DuplicateRecord', 'Success']);
  expect(recorded().map(({ dimension, hour, quantity }) => [dimension, hour, quantity])).toEqual([
    ['tokens', '2026-11-22T09', 5],
    ['tokens', '2026-11-22T10', 6],
    ['images', '2026-11-22T09', 7],
    ['tokens', '2026-11-22T09', 9],
  ]);
});

test.each([
  ['just younger than 24 hours', '2026-11-21T10:30:01Z', '2026-11-22T10:30:00Z', true],
  ['24 hours old', '2026-11-21T10:30:00Z', '2026-11-22T10:30:00Z', false],
  ['now', '2026-11-22T10:30:00Z', '2026-11-22T10:30:00Z', true],
  ['in the future', '2026-11-22T10:30:01Z', '2026-11-22T10:30:00Z', false],
  ['of the last month, before six', '2026-11-30T23:00:00Z', '2026-12-01T05:59:59Z', true],
  ['of the last month, at six', '2026-11-30T23:00:00Z', '2026-12-01T06:00:00Z', false],
  ['of the last year, before six', '2026-12-31T23:00:00Z', '2027-01-01T05:59:59Z', true],
])('usage that is %s', async (_, usage, now, taken) => {
  const { clock, meter, recorded } = await start();
  clock.now = new Date(now);
  const batch = meter(
    { Quantity: 1, Timestamp: new Date(usage) },
    { Quantity: 1, Timestamp: clock.now, Dimension: 'x' },
  );
  if (taken) expect(statuses(await batch)).toEqual(['Success', 'Success']);
  // All of the batch is refused.
  else await expect(batch).rejects.toMatchObject({ name: 'TimestampOutOfBoundsException' });
  expect(recorded()).toHaveLength(taken ? 2 : 0);
});

test('only what names a buyer and a license of one product is taken', async () => {
  const other = license.replace('l-', 'l-other');
  const ended = license.replace('l-', 'l-ended');
  const { client, meter, recorded } = await start({
    agreementOf: (arn) => {
      if (arn === license) return { account: buyer, product: 'a', dimensions: ['tokens'], active: true };
      if (arn === ended) return { account: buyer, product: 'a', active: false };
      return arn === other ? { product: 'b', active: true } : undefined;
    },
  });
  await expect(meter({ LicenseArn: `${license}9` })).rejects.toMatchObject({ name: 'InvalidLicenseException' });
  await expect(meter({ CustomerAWSAccountId: '999999999999' })).rejects.toThrow('not valid for this customer');
  await expect(meter({}, { LicenseArn: other })).rejects.toThrow('one product');
  await expect(meter({ Dimension: 'images' })).rejects.toMatchObject({ name: 'InvalidUsageDimensionException' });
  await expect(meter({ CustomerIdentifier: 'x' })).rejects.toThrow('CustomerIdentifier is not supported');
  await expect(meter({ LicenseArn: undefined })).rejects.toThrow('LicenseArn is missing');
  await expect(meter({ CustomerAWSAccountId: undefined })).rejects.toThrow('CustomerAWSAccountId is missing');
  await expect(client.send(new BatchMeterUsageCommand({ UsageRecords: [], ProductCode: 'code' }))).rejects.toThrow(
    'ProductCode is not supported',
  );
  expect(recorded()).toEqual([]);
  expect(statuses(await meter({ Quantity: 1, LicenseArn: ended }, { Quantity: 2 }))).toEqual([
    'CustomerNotSubscribed',
    'Success',
  ]);
  expect(recorded()).toMatchObject([{ account: buyer, license, quantity: 2 }]);
});

test('any license that can be one is subscribed, where nothing else is said', async () => {
  const { meter } = await start();
  expect(statuses(await meter({ LicenseArn: 'arn:aws:license-manager::444455556666:license/lic-1' }))).toEqual([
    'Success',
  ]);
  await expect(meter({ LicenseArn: 'license-1' })).rejects.toMatchObject({ name: 'InvalidLicenseException' });
});

test('25 records below one megabyte fit into a request, of quantities of 31 bits', async () => {
  const { meter, recorded } = await start();
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Dimension: `d${index}`, Quantity: 1 }));
  await expect(meter(...many(26))).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(meter({ Quantity: 2 ** 31 })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(meter({ Quantity: -1 })).rejects.toMatchObject({ name: 'ValidationException' });
  const Tags = [{ Key: 'k', Value: 'v'.repeat(256) }];
  const UsageAllocations = Array.from({ length: 2500 }, () => ({ AllocatedUsageQuantity: 0, Tags }));
  await expect(meter(...many(2).map((each) => ({ ...each, UsageAllocations })))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 413 },
  });
  expect(statuses(await meter(...many(24), { Quantity: 2 ** 31 - 1 }))).toHaveLength(25);
  expect(recorded()).toHaveLength(25);
});

test('allocations sum up to the quantity, each with tags of its own', async () => {
  const { meter, recorded } = await start();
  const allocation = (AllocatedUsageQuantity: number, ...keys: string[]) => ({
    AllocatedUsageQuantity,
    Tags: keys.map((Key) => ({ Key, Value: 'x' })),
  });
  const usage = (...UsageAllocations: ReturnType<typeof allocation>[]) => meter({ Quantity: 5, UsageAllocations });
  await expect(usage(allocation(2, 'a'), allocation(2, 'b'))).rejects.toMatchObject({
    name: 'InvalidUsageAllocationsException',
  });
  await expect(usage(allocation(2, 'a'), allocation(3, 'a'))).rejects.toThrow('tags of its own');
  await expect(usage(allocation(5, 'a', 'b', 'c', 'd', 'e', 'f'))).rejects.toMatchObject({
    name: 'InvalidTagException',
  });
  await usage(allocation(2, 'a'), allocation(3));
  expect(statuses(await meter({ Quantity: 5 }))).toEqual(['DuplicateRecord']);
  expect(recorded()).toMatchObject([{ quantity: 5, allocations: [{ AllocatedUsageQuantity: 2 }, {}] }]);
});

test('faults leave records unprocessed, lose answers, and fail before anything is recorded', async () => {
  let unprocessed = true;
  let failure: 'throttled' | 'failed' | 'answer lost' | undefined;
  const { meter, recorded } = await start({ faults: { unprocessed: () => unprocessed, failure: () => failure } });
  expect(await meter({ Quantity: 1 })).toMatchObject({ Results: [], UnprocessedRecords: [{ Quantity: 1 }] });
  unprocessed = false;
  failure = 'throttled';
  await expect(meter({ Quantity: 1 })).rejects.toMatchObject({ name: 'ThrottlingException' });
  failure = 'failed';
  await expect(meter({ Quantity: 1 })).rejects.toMatchObject({ name: 'InternalServiceErrorException' });
  expect(recorded()).toEqual([]);
  failure = 'answer lost';
  await expect(meter({ Quantity: 1 })).rejects.toMatchObject({ name: 'InternalServiceErrorException' });
  failure = undefined;
  expect(statuses(await meter({ Quantity: 1 }))).toEqual(['Success']);
  expect(recorded()).toHaveLength(1);
});

test('what was answered is known after a restart, and what was not whole on the disk never was', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'marketplace-'));
  const first = await startMarketplace({ dataDir });
  await first.meter({ Quantity: 5 });
  await first.stop();
  appendFileSync(join(dataDir, 'marketplace', 'records.ndjson'), '{"meteringRecordId":"torn","dimen');
  const second = await startMarketplace({ dataDir });
  expect(statuses(await second.meter({ Quantity: 6 }, { Quantity: 1, Dimension: 'images' }))).toEqual([
    'DuplicateRecord',
    'Success',
  ]);
  expect(second.recorded().map(({ quantity }) => quantity)).toEqual([5, 1]);
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

test('the caller needs leave, and other operations are said not to be there', async () => {
  const { client, clientOf } = await start();
  const worker = (...actions: string[]) =>
    clientOf({
      arn: 'arn:aws:sts::123456789012:assumed-role/worker/session',
      account: '123456789012',
      roleArn: 'arn:aws:iam::123456789012:role/worker',
      policies: [{ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }],
    });
  const nothing = new BatchMeterUsageCommand({ UsageRecords: [] });
  await expect(worker('aws-marketplace:MeterUsage').send(nothing)).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  await worker('aws-marketplace:BatchMeterUsage').send(nothing);
  await expect(client.send(new ResolveCustomerCommand({ RegistrationToken: 'x' }))).rejects.toThrow(
    'AWSMPMeteringService.ResolveCustomer" is not part',
  );
});
