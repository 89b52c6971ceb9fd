import { randomUUID } from 'node:crypto';
import type { Agreement, AgreementOf } from './agreement.ts';
import type { Faults } from './faults.ts';
import type { MeteredRecord, RecordLog } from './record-log.ts';
import { refusals } from './refusals.ts';
import { type UsageRecord, usageRecords } from './usage-record.ts';
import { isTaken } from './usage-window.ts';

/** What the operation works on. */
export interface Metering {
  readonly records: RecordLog;
  readonly agreementOf: AgreementOf;
  readonly faults: Faults;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * One request: refused whole, or each record answered by itself.
 *
 * @throws AwsError
 * @see https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export function batchMeterUsage({ records, agreementOf, faults, now }: Metering, input: unknown): object {
  const failure = faults.failure();
  if (failure === 'throttled') throw refusals.throttled();
  if (failure === 'failed') throw refusals.failed();
  const sent = usageRecords(input);
  const nowMs = now();
  const agreements = sent.map((record) => checked(record, agreementOf, nowMs));
  if (new Set(agreements.map(({ product }) => product)).size > 1) throw refusals.products();

  const Results: object[] = [];
  const UnprocessedRecords: UsageRecord[] = [];
  const added = new Map<string, MeteredRecord>();
  for (const [index, record] of sent.entries()) {
    if (faults.unprocessed()) {
      UnprocessedRecords.push(record);
      continue;
    }
    if (agreements[index]?.active !== true) {
      Results.push({ UsageRecord: record, Status: 'CustomerNotSubscribed' });
      continue;
    }
    const metered = meteredRecord(record, nowMs);
    const key = JSON.stringify([metered.account, metered.license, metered.dimension, metered.hour]);
    const earlier = records.find(metered) ?? added.get(key);
    if (earlier === undefined) added.set(key, metered);
    const counts = earlier ?? metered;
    Results.push(
      alike(counts, metered)
        ? { UsageRecord: record, MeteringRecordId: counts.meteringRecordId, Status: 'Success' }
        : { UsageRecord: record, Status: 'DuplicateRecord' },
    );
  }
  records.add([...added.values()]);
  if (failure === 'answer lost') throw refusals.failed();
  return { Results, UnprocessedRecords };
}

function checked(record: UsageRecord, agreementOf: AgreementOf, nowMs: number): Agreement {
  const { Timestamp, LicenseArn, CustomerAWSAccountId, Dimension } = record;
  if (!isTaken(Timestamp * 1000, nowMs)) throw refusals.outOfBounds(String(Timestamp));
  const agreement = agreementOf(LicenseArn);
  if (agreement === undefined || (agreement.account ?? CustomerAWSAccountId) !== CustomerAWSAccountId) {
    throw refusals.license(LicenseArn);
  }
  if (agreement.dimensions?.includes(Dimension) === false) throw refusals.dimension(Dimension);
  return agreement;
}

const meteredRecord = (record: UsageRecord, nowMs: number): MeteredRecord => ({
  meteringRecordId: randomUUID(),
  account: record.CustomerAWSAccountId,
  license: record.LicenseArn,
  dimension: record.Dimension,
  hour: new Date(record.Timestamp * 1000).toISOString().slice(0, 13),
  quantity: record.Quantity ?? 0,
  ...(record.UsageAllocations === undefined ? {} : { allocations: record.UsageAllocations }),
  recordedAt: new Date(nowMs).toISOString(),
});

const alike = (a: MeteredRecord, b: MeteredRecord): boolean =>
  a.quantity === b.quantity && JSON.stringify(a.allocations) === JSON.stringify(b.allocations);
