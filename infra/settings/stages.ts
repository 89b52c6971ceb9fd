import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type * as z from 'zod';
import { type StageSettings, stageSettingsSchema } from './stage-settings.ts';

/** Same in every stage, so that what a plan means was tried before it is sold. */
const usagePlans = {
  free: { ratePerSecond: 5, burst: 10, quotaPerMonth: 10_000 },
  pro: { ratePerSecond: 50, burst: 100, quotaPerMonth: 1_000_000 },
  enterprise: { ratePerSecond: 2_000, burst: 2_000, quotaPerMonth: 100_000_000 },
};

/**
 * Exact, since this is what strangers get for nothing: a request may carry a batch, so a number of requests alone bounds no cost. Half of
 * the month's requests may bring pictures, each of two; a tenant's slow model leaves nine tenths of prod's 200 environments to the others.
 * Who pays has none: the two writes a request that a limit costs would buy what the bill settles anyway. Set them for single tenants.
 */
const planLimits = {
  free: { perMonth: { items: 1_000_000, images: 10_000, tokens: 2_000_000 }, concurrent: 20 },
  pro: {},
  enterprise: {},
};

// 1,769 MB is where a function gets one whole vCPU, and small models run on one thread. predict-gpu waits for the endpoint, but decodes
// pictures first, which takes as much longer as it has less of a vCPU; authorizer and account wait for DynamoDB.
const memoryMiB = { predict: 1_769, predictGpu: 1_024, authorizer: 256, account: 256, control: 512 };

type Settings = z.input<typeof stageSettingsSchema>;

/** To try things: costs next to nothing when idle, keeps nothing when removed, works in an account with default limits. */
const dev = {
  name: 'dev',
  region: 'eu-central-1',
  architecture: 'x86_64',
  retainData: false,
  keyEnvironment: 'test',
  logRetention: RetentionDays.ONE_WEEK,
  memoryMiB,
  stageThrottle: { ratePerSecond: 2_000, burst: 2_000 },
  usagePlans,
  planLimits,
} satisfies Settings;

/**
 * What serves pictures to tenants who pay. `-c gpu=true` gives the same models to a stage without this setting, with one instance each.
 * The models' manifests name the instances, the smallest ones with a 24 GB GPU; nothing here needs more memory.
 */
const gpu = {
  models: {
    // Two, since with one the loss of a machine is minutes without an answer, and a new version could not be tried on half of the load.
    resnet50: { instances: { min: 2, max: 4 } },
    // One: its pictures are reviewed before they are published, so who is refused for the minutes in which a machine is replaced can ask
    // again. Mind that new accounts may start none of these instances before AWS has raised the quota.
    moderation: { instances: { min: 1, max: 4 } },
  },
  // No shadow and no capture: both are for a question that somebody has. No queue, since a picture fits into a request. And no
  // multi-model endpoint: it would cost as much as another model and serve nothing before somebody registers one.
} satisfies Settings['gpu'];

/** For tenants who pay. Reserves concurrency, so the account's Lambda limit must be at least 100 above the sum. */
const prod = {
  ...dev,
  name: 'prod',
  retainData: true,
  // A year's invoices, and a quarter more to dispute the last one.
  ledgerLockDays: 460,
  keyEnvironment: 'live',
  logRetention: RetentionDays.ONE_YEAR,
  reservedConcurrency: { predict: 200, predictGpu: 100, validate: 2 },
  gpu,
  stageThrottle: { ratePerSecond: 5_000, burst: 2_500 },
} satisfies Settings;

/** Every stage that `cdk synth` writes, checked. */
export const stages: readonly StageSettings[] = [dev, prod].map((settings) => stageSettingsSchema.parse(settings));
