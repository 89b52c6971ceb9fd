import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

/** A token bucket: requests a second, and how many may come at once. The maxima are API Gateway's own per account and Region. */
const throttle = z.strictObject({
  ratePerSecond: z.number().positive().max(10_000),
  burst: z.int().min(1).max(5_000),
});

/** A quota of 0 would be dropped by CDK and mean "no limit", so 1 is the least; who must not call is suspended instead. */
const usagePlan = throttle.extend({ quotaPerMonth: z.int().min(1) });

const memoryMiB = z.int().min(128).max(10_240);
const concurrency = z.int().min(1).max(1_000);

/** What one deployment of the platform is made of; `stages.ts` holds the values. */
export const stageSettingsSchema = z
  .strictObject({
    /** Part of the stack names `maas-<name>-…` and the stage of both APIs. */
    name: z.string().regex(/^[a-z][a-z0-9]{1,15}$/, '2 to 16 lower-case letters and digits'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region such as eu-central-1'),
    /** CPU of the functions and of the native code in their layer. */
    architecture: z.enum(['x86_64', 'arm64']),
    /** True keeps buckets, tables, keys and logs when a stack is deleted, and makes the stacks hard to delete. */
    retainData: z.boolean(),
    /** Days for which the ledger's objects can be neither changed nor deleted. Absent: not locked. */
    ledgerLockDays: z.int().min(1).optional(),
    /** The word in the tenants' keys that tells a trial key from a real one. */
    keyEnvironment: z.enum(['test', 'live']),
    logRetention: z.enum(RetentionDays),
    memoryMiB: z.strictObject({
      predict: memoryMiB,
      authorizer: memoryMiB,
      account: memoryMiB,
      control: memoryMiB,
    }),
    /**
     * Environments set aside for a function, which are also its ceiling. Absent: none, since a new AWS account may run 10 functions at
     * once and has to keep them all unreserved (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
     */
    reservedConcurrency: z.strictObject({ predict: concurrency, validate: concurrency }).optional(),
    /** For each API as a whole, every tenant and every stranger together. */
    stageThrottle: throttle,
    usagePlans: z.strictObject({ free: usagePlan, pro: usagePlan, enterprise: usagePlan }),
  })
  .refine(
    (settings) =>
      Object.values(settings.usagePlans).every((plan) => plan.ratePerSecond <= settings.stageThrottle.ratePerSecond),
    { path: ['usagePlans'], error: 'a plan promises a higher ratePerSecond than stageThrottle lets through' },
  );

export type StageSettings = z.infer<typeof stageSettingsSchema>;
