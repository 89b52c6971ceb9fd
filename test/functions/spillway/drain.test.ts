import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
import { drain } from '../../../functions/spillway/drain.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { recordingLogger } from '../recording-logger.ts';

const batch = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body }) as SQSRecord),
});

test('a batch reports what failed, and logs it by message', async () => {
  const { logger, lines } = recordingLogger();
  const [good, bad] = [usageEventOf('acme', new Date()), usageEventOf('acme', new Date())];
  const spilled = (event: UsageEvent): string => JSON.stringify({ event, shards: 1 });
  const append = async ({ id }: UsageEvent) =>
    id === bad.id ? Promise.reject(new Error('throttled')) : ('stored' as const);
  const handler = drain({ append }, logger);
  expect(await handler(batch(spilled(good), spilled(bad), 'secret'))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }],
  });
  expect(JSON.stringify(lines)).toContain('m1');
  expect(await handler(batch(spilled(good)))).toEqual({ batchItemFailures: [] });
});
