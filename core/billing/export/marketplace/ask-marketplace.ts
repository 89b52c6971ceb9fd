import {
  BatchMeterUsageCommand,
  type MarketplaceMeteringClient,
  MarketplaceMeteringServiceException,
  type UsageRecordResult,
} from '@aws-sdk/client-marketplace-metering';
import { hourStart } from '../../../metering/usage-hour.ts';
import type { PlannedRecord } from './marketplace-state.ts';

/** Whose usage it is. */
export interface Buyer {
  /** AWS account, 12 digits. */
  readonly account: string;
  readonly license: string;
}

/** What became of a record. */
export type RecordAnswer =
  | { readonly kind: 'recorded' }
  /** It may count or not: no answer came. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** It was not recorded by this call, and can be sent again. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Nor will it be, unless somebody does something. `another`: the Marketplace has another quantity for this hour. */
  | { readonly kind: 'refused'; readonly reason: string; readonly another?: true };

/** Errors about the buyer, which meet each of its records. */
const advice: Readonly<Record<string, string>> = {
  InvalidLicenseException: 'the license is not valid, is not of this account, or began later: link the tenant anew',
  InvalidCustomerIdentifierException: 'the account is unknown there: link the tenant anew',
  InvalidUsageDimensionException: 'the product has no such dimension: connect with those that it has',
  ValidationException: 'the Marketplace cannot read the record',
};
/** Errors about one record, which keep the others of its batch from being recorded. */
const aboutOne = new Set(['TimestampOutOfBoundsException', 'InvalidUsageDimensionException']);

/**
 * Sends up to 25 records of one buyer. When one of them keeps the others from being taken they are sent one by one.
 *
 * @param client with one attempt: one of many that is refused says nothing about those before it
 * @param enoughTime whether there is time for another call
 * @returns an answer for each, in their order
 */
export async function askMarketplace(
  client: MarketplaceMeteringClient,
  { account, license }: Buyer,
  records: readonly PlannedRecord[],
  enoughTime: () => boolean,
): Promise<readonly RecordAnswer[]> {
  if (!enoughTime()) return records.map(() => ({ kind: 'later', reason: 'there was no time left' }));
  try {
    const { Results = [] } = await client.send(
      new BatchMeterUsageCommand({
        UsageRecords: records.map(({ dimension, hour, quantity }) => ({
          Timestamp: hourStart(hour),
          Dimension: dimension,
          Quantity: quantity,
          CustomerAWSAccountId: account,
          LicenseArn: license,
        })),
      }),
    );
    return records.map((record) => answerOf(Results.find((result) => isAbout(result, record))));
  } catch (error) {
    if (records.length > 1 && error instanceof Error && aboutOne.has(error.name)) {
      const answers: RecordAnswer[] = [];
      for (const record of records) {
        answers.push(...(await askMarketplace(client, { account, license }, [record], enoughTime)));
      }
      return answers;
    }
    const answer = failure(error);
    return records.map(() => answer);
  }
}

const isAbout = ({ UsageRecord }: UsageRecordResult, { dimension, hour }: PlannedRecord): boolean =>
  UsageRecord?.Dimension === dimension && UsageRecord.Timestamp?.getTime() === hourStart(hour).getTime();

/** A result is not yet a success: its status says so. What has no result was left unprocessed. */
function answerOf(result: UsageRecordResult | undefined): RecordAnswer {
  if (result === undefined) return { kind: 'later', reason: 'the Marketplace left records unprocessed' };
  const { Status } = result;
  if (Status === 'Success') return { kind: 'recorded' };
  if (Status === 'CustomerNotSubscribed') {
    return {
      kind: 'refused',
      reason:
        'the buyer has no active agreement: ask for one and retry; when that is another license, link the tenant to it',
    };
  }
  if (Status === 'DuplicateRecord') {
    return {
      kind: 'refused',
      another: true,
      reason: 'the Marketplace has another quantity for the hour, not from here: find who else meters this license',
    };
  }
  return { kind: 'later', reason: `the Marketplace answers with the status ${String(Status)}` };
}

function failure(error: unknown): RecordAnswer {
  if (!(error instanceof MarketplaceMeteringServiceException) || error.$fault === 'server') {
    const name = error instanceof Error ? error.name : 'no error';
    return { kind: 'unknown', reason: `the Marketplace gave no answer (${name})` };
  }
  if (error.name === 'TimestampOutOfBoundsException') {
    return { kind: 'later', reason: 'the Marketplace does not take the hour; what it says is planned anew' };
  }
  const known = advice[error.name];
  return known === undefined
    ? { kind: 'later', reason: `the Marketplace answers ${error.name}` }
    : { kind: 'refused', reason: known };
}
