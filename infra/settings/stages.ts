import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type StageSettings, stageSettingsSchema } from './stage-settings.ts';

/** Same in every stage, so that what a plan means was tried before it is sold. */
const usagePlans = {
  free: { ratePerSecond: 5, burst: 10, quotaPerMonth: 10_000 },
  pro: { ratePerSecond: 50, burst: 100, quotaPerMonth: 1_000_000 },
  enterprise: { ratePerSecond: 2_000, burst: 2_000, quotaPerMonth: 100_000_000 },
};

// 1,769 MB is where a function gets one whole vCPU, and small models run on one thread; authorizer and account wait for DynamoDB.
const memoryMiB = { predict: 1_769, authorizer: 256, account: 256, control: 512 };

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
} satisfies StageSettings;

/** For tenants who pay. Reserves concurrency, so the account's Lambda limit must be at least 100 above the sum. */
const prod = {
  ...dev,
  name: 'prod',
  retainData: true,
  // A year's invoices, and a quarter more to dispute the last one.
  ledgerLockDays: 460,
  keyEnvironment: 'live',
  logRetention: RetentionDays.ONE_YEAR,
  reservedConcurrency: { predict: 200, validate: 2 },
  stageThrottle: { ratePerSecond: 5_000, burst: 2_500 },
} satisfies StageSettings;

/** Every stage that `cdk synth` writes, checked. */
export const stages: readonly StageSettings[] = [dev, prod].map((settings) => stageSettingsSchema.parse(settings));
