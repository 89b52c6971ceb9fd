import type { PutItemInput } from '@aws-sdk/client-dynamodb';
import { DynamoDBItems } from '../core/aws/dynamodb-items.ts';
import { DynamoDBJournal } from '../core/metering/dynamodb-journal.ts';
import { lambdaContext } from '../test/functions/proxy-event.ts';
import { roleWith, startCloud, tableArn } from '../test/local/dynamodb/cloud.ts';
import { benchedHandler, jsonEvent } from './benched-handler.ts';
import { median } from './median.ts';

/** Medians in milliseconds. */
export interface JournalTiming {
  /** A request whose event is kept in memory. */
  readonly withoutMs: number;
  /** The same with the journal in a table. */
  readonly withMs: number;
  /** The journal's own put of the last item, once more, under another key. */
  readonly bareMs: number;
}

/**
 * What the journal adds to a request on the hot path, beside one bare conditional put of the same item by the same client into the same
 * table. The three are done in turn, so that the machine's drift meets all of them.
 */
async function benchJournal(rounds: number): Promise<JournalTiming> {
  const cloud = await startCloud();
  try {
    await cloud.declare('usage');
    const access = cloud.access(roleWith({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: tableArn('usage') }));
    const items = new DynamoDBItems({ ...access, random: Math.random });
    let put: PutItemInput | undefined;
    const watched = {
      putItem: (input: PutItemInput) => {
        put = input;
        return items.putItem(input);
      },
    };
    const now = (): Date => new Date();
    const handlers = {
      without: benchedHandler({ append: () => Promise.resolve('stored') }),
      with: benchedHandler(new DynamoDBJournal(watched, 'usage', now)),
    };
    const event = jsonEvent(Float32Array.from({ length: 16 }, (_, at) => at / 16));
    const times: Record<'without' | 'with' | 'bare', number[]> = { without: [], with: [], bare: [] };
    const timed = async (what: keyof typeof times, round: number, work: () => Promise<unknown>): Promise<void> => {
      const begun = performance.now();
      await work();
      if (round >= 0) times[what].push(performance.now() - begun);
    };
    for (let round = -50; round < rounds; round += 1) {
      for (const name of ['without', 'with'] as const) {
        await timed(name, round, async () => {
          const { statusCode, body } = await handlers[name](event, lambdaContext({}));
          if (statusCode !== 200) throw new Error(`it answered ${statusCode}: ${body}`);
        });
      }
      const { Item: { sk, ...item } = {}, ...others } = put as unknown as PutItemInput;
      const again = { ...others, Item: { ...item, sk: { S: `${sk?.S}#bare` } } };
      await timed('bare', round, () => items.putItem(again));
    }
    return { withoutMs: median(times.without), withMs: median(times.with), bareMs: median(times.bare) };
  } finally {
    await cloud.stop();
    await cloud.remove();
  }
}

// In a process of its own, as handler.ts is, for the sake of its log lines.
const results = await benchJournal(Number(process.argv[2] ?? 1000));
process.send?.(results);
process.disconnect?.();
