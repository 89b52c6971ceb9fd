import * as z from 'zod';
import { refusals } from './refusals.ts';

const name = z.string().min(1).max(255);
/** 32 bits, as AWS documents. */
const quantity = z.int().min(0).max(2_147_483_647);

const usageRecord = z.object({
  /** Epoch seconds. */
  Timestamp: z.number(),
  Dimension: name,
  Quantity: quantity.optional(),
  CustomerAWSAccountId: name.regex(/^\d+$/).optional(),
  CustomerIdentifier: z.string().optional(),
  LicenseArn: name.optional(),
  UsageAllocations: z
    .array(
      z.object({
        AllocatedUsageQuantity: quantity,
        Tags: z.array(z.object({ Key: z.string().min(1).max(100), Value: z.string().max(256) })).optional(),
      }),
    )
    .min(1)
    .max(2500)
    .optional(),
});

const request = z.object({ UsageRecords: z.array(usageRecord).max(25), ProductCode: z.string().optional() });

/** A record as it was sent, which is how it is answered. */
export type SentRecord = z.infer<typeof usageRecord>;

/** One that names its buyer the way new products have to. */
export type UsageRecord = SentRecord & { readonly CustomerAWSAccountId: string; readonly LicenseArn: string };

/**
 * Reads a request.
 * @throws AwsError ValidationException, InvalidTagException, InvalidUsageAllocationsException
 */
export function usageRecords(body: unknown): readonly UsageRecord[] {
  const { data, error } = request.safeParse(body);
  if (error !== undefined) {
    const [issue] = error.issues;
    throw refusals.invalid(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (data.ProductCode !== undefined) throw refusals.legacy('ProductCode');
  return data.UsageRecords.map((record) => {
    const { CustomerAWSAccountId, LicenseArn } = record;
    if (record.CustomerIdentifier !== undefined) throw refusals.legacy('CustomerIdentifier');
    if (CustomerAWSAccountId === undefined) throw refusals.invalid('CustomerAWSAccountId is missing.');
    if (LicenseArn === undefined) throw refusals.invalid('LicenseArn is missing.');
    checkAllocations(record);
    return { ...record, CustomerAWSAccountId, LicenseArn };
  });
}

function checkAllocations({ UsageAllocations, Quantity = 0 }: SentRecord): void {
  if (UsageAllocations === undefined) return;
  const tagSets = UsageAllocations.map(({ Tags = [] }) => {
    const tags = new Map(Tags.map(({ Key, Value }) => [Key, Value]));
    if (Tags.length > 5 || tags.size < Tags.length) throw refusals.tags();
    return JSON.stringify([...tags].sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  if (new Set(tagSets).size < tagSets.length) {
    throw refusals.allocations('Each usage allocation must have a set of tags of its own.');
  }
  const allocated = UsageAllocations.reduce((sum, { AllocatedUsageQuantity }) => sum + AllocatedUsageQuantity, 0);
  if (allocated !== Quantity) {
    throw refusals.allocations(`The allocated quantities sum up to ${allocated}, and the quantity is ${Quantity}.`);
  }
}
