import { randomBytes } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { SnsTopic } from '../core/aws/sns-topic.ts';
import { DynamoDBPriceBooks } from '../core/billing/price-book/dynamodb-price-books.ts';
import { alertMessage } from '../core/limits/alert-message.ts';
import { CachedLimits, type PlanLimits } from '../core/limits/cached-limits.ts';
import { countMonth } from '../core/limits/count-month.ts';
import { DynamoDBLimitOverrides } from '../core/limits/dynamodb-limit-overrides.ts';
import { DynamoDBMonths } from '../core/limits/dynamodb-months.ts';
import { DynamoDBRates } from '../core/limits/dynamodb-rates.ts';
import type { LimitAlert } from '../core/limits/limit-alert.ts';
import { Limiter } from '../core/limits/limiter.ts';
import type { Month } from '../core/limits/month.ts';
import { MonthGate } from '../core/limits/month-gate.ts';
import { RateGate } from '../core/limits/rate-gate.ts';
import { RateLeases } from '../core/limits/rate-leases.ts';
import { CachedPriceBooks } from '../core/limits/spend/cached-price-books.ts';
import { Spending } from '../core/limits/spend/spending.ts';
import { UnknownPriceBookError } from '../core/limits/spend/unknown-price-book.ts';
import { DynamoDBRollups } from '../core/metering/dynamodb-rollups.ts';
import { JournalReader } from '../core/metering/journal-reader.ts';
import { UsageSource } from '../core/metering/usage-source.ts';
import type { ItemClient } from '../core/storage/item-client.ts';
import { awsAccess } from './aws-access.ts';
import { environmentVariable } from './environment-variable.ts';

const now = (): Date => new Date();
const monotonicMs = (): number => performance.now();

/** The limits of the stage's plans and tenants, as the functions that run models hold to them. */
export function limiter(client: ItemClient, logger: Logger): Limiter {
  const table = environmentVariable('LIMITS_TABLE');
  const journal = new JournalReader(client, environmentVariable('USAGE_TABLE'));
  const source = new UsageSource({
    journal,
    rollups: new DynamoDBRollups(client, environmentVariable('ROLLUPS_TABLE')),
    now,
  });
  const books = new DynamoDBPriceBooks(client, environmentVariable('BILLING_TABLE'));
  // Written by the template from the checked settings; to check them again would bring zod into each cold start.
  const plans = JSON.parse(environmentVariable('PLAN_LIMITS')) as PlanLimits;
  const onLost = (error: unknown): void => logger.error('a limit could not be counted', { error: error as Error });
  return new Limiter({
    limits: new CachedLimits(new DynamoDBLimitOverrides(client, table), plans, monotonicMs),
    gates: [
      new MonthGate({
        months: new DynamoDBMonths(client, table, Math.random),
        spending: new Spending(new CachedPriceBooks(books, monotonicMs)),
        count: (owner, month, msMax, rating) => {
          const endMs = monotonicMs() + msMax;
          return countMonth(
            source,
            { ...owner, createdAt: beginOf(month) },
            rangeOf(month),
            rating,
            () => endMs - monotonicMs(),
          ).catch((cause: unknown) => {
            if (cause instanceof UnknownPriceBookError) throw cause;
            // To a client that asks for something else, "ask for fewer days" would say nothing.
            throw new Error(`what ${owner.tenant} used in ${month.name} could not be counted`, { cause });
          });
        },
        now,
        // Unlike those of the requests that run with it; short, as the item has one for each of them.
        newId: () => randomBytes(9).toString('base64url'),
        onAlert: alertSender(logger),
        onLost,
      }),
      new RateGate(new RateLeases({ rates: new DynamoDBRates(client, table), now, monotonicMs })),
    ],
    isRecorded: async (owner, eventId) => (await journal.find(owner, eventId)) !== undefined,
    onLost,
  });
}

/** Writes alerts into the log, and publishes them. Never rejects: an alert that nobody gets is no reason to fail a request. */
function alertSender(logger: Logger): (alert: LimitAlert) => Promise<void> {
  const topic = new SnsTopic(awsAccess('SNS'), environmentVariable('ALERTS_TOPIC'));
  const stage = environmentVariable('MAAS_STAGE');
  return async (alert) => {
    logger.warn('limit alert', { ...alert });
    const { subject, text } = alertMessage(alert, stage);
    try {
      await topic.publish(subject, text);
    } catch (error) {
      logger.error('a limit alert could not be published', { error: error as Error, ...alert });
    }
  };
}

const beginOf = ({ startMs }: Month): string => new Date(startMs).toISOString();
const rangeOf = ({ startMs, endMs }: Month) => ({ from: new Date(startMs), to: new Date(endMs) });
