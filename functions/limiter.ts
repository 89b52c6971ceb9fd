import { randomBytes } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { CachedLimits, type PlanLimits } from '../core/limits/cached-limits.ts';
import { countMonth } from '../core/limits/count-month.ts';
import { DynamoDBLimitOverrides } from '../core/limits/dynamodb-limit-overrides.ts';
import { DynamoDBMonths } from '../core/limits/dynamodb-months.ts';
import { DynamoDBRates } from '../core/limits/dynamodb-rates.ts';
import { Limiter } from '../core/limits/limiter.ts';
import { MonthGate } from '../core/limits/month-gate.ts';
import { RateGate } from '../core/limits/rate-gate.ts';
import { RateLeases } from '../core/limits/rate-leases.ts';
import type { ItemClient } from '../core/storage/item-client.ts';
import { environmentVariable } from './environment-variable.ts';

/** The limits of the stage's plans and tenants, as the functions that run models hold to them. */
export function limiter(client: ItemClient, logger: Logger): Limiter {
  const table = environmentVariable('LIMITS_TABLE');
  const usageTable = environmentVariable('USAGE_TABLE');
  const now = (): Date => new Date();
  const monotonicMs = (): number => performance.now();
  // Written by the template from the checked settings; to check them again would bring zod into each cold start.
  const plans = JSON.parse(environmentVariable('PLAN_LIMITS')) as PlanLimits;
  return new Limiter({
    limits: new CachedLimits(new DynamoDBLimitOverrides(client, table), plans, monotonicMs),
    gates: [
      new MonthGate({
        months: new DynamoDBMonths(client, table),
        count: (owner, month, msMax) => countMonth({ client, usageTable, now }, owner, month, msMax),
        now,
        // Unlike those of the requests that run with it; short, as the item has one for each of them.
        newId: () => randomBytes(9).toString('base64url'),
        onAlert: (alert) => logger.warn('monthly quota', { ...alert }),
      }),
      new RateGate(new RateLeases({ rates: new DynamoDBRates(client, table), now, monotonicMs })),
    ],
    onLost: (error) => logger.error('a limit could not be counted', { error: error as Error }),
  });
}
